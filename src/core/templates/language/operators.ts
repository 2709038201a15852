import type { BinaryOperator } from "./instructions.ts";
import { TemplateFailure } from "./problem.ts";
import { areEqual, calculable, inRange, isTrue, numberOf, order, textOf } from "./values.ts";

/** What an operator makes of two values. */
export function operate(operator: BinaryOperator, left: unknown, right: unknown): unknown {
  switch (operator) {
    case "=":
      return areEqual(left, right);
    case "!=":
      return !areEqual(left, right);
    case "<":
      return order(left, right) < 0;
    case ">":
      return order(left, right) > 0;
    case "<=":
      return order(left, right) <= 0;
    case ">=":
      return order(left, right) >= 0;
    case "xor":
      return isTrue(left) !== isTrue(right);
    case "+":
      return add(left, right);
    default:
      return calculate(operator, calculable(left), calculable(right));
  }
}

// Two texts are joined, also when both look like numbers; a number is added to a text that is a number, and joined to
// any other.
function add(left: unknown, right: unknown): unknown {
  const areNumbers = numberOf(left) !== undefined && numberOf(right) !== undefined;
  const areTexts = typeof left === "string" && typeof right === "string";
  return areNumbers && !areTexts
    ? inRange(calculable(left) + calculable(right))
    : textOf(left) + textOf(right);
}

function calculate(operator: "-" | "*" | "/" | "div" | "mod", left: number, right: number): number {
  switch (operator) {
    case "-":
      return inRange(left - right);
    case "*":
      return inRange(left * right);
    case "/":
      return inRange(left / divisor(right));
    case "div":
      return inRange(Math.trunc(left / divisor(right)));
    case "mod":
      return left % divisor(right);
  }
}

function divisor(value: number): number {
  if (value === 0) throw new TemplateFailure("expression", "Division by zero");
  return value;
}
