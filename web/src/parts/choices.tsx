import { type ReactNode, useId } from "react";

interface ChoicesProps<Name extends string> {
  label: string;
  choices: readonly { name: Name; title: string }[];
  chosen: Name;
  onChoose: (name: Name) => void;
}

/** One of a few, side by side: radio buttons, as the keyboard and a screen reader see them. */
export function Choices<Name extends string>({
  label,
  choices,
  chosen,
  onChoose,
}: ChoicesProps<Name>): ReactNode {
  const id = useId();
  return (
    <fieldset className="choices">
      <legend>{label}</legend>
      {choices.map(({ name, title }) => (
        <label key={name}>
          <input
            type="radio"
            name={id}
            value={name}
            checked={name === chosen}
            onChange={() => onChoose(name)}
          />
          <span>{title}</span>
        </label>
      ))}
    </fieldset>
  );
}
