import { type ReactNode, useId } from "react";

interface FieldProps {
  label: string;
  hint?: string;
  children: (field: { id: string; "aria-describedby"?: string }) => ReactNode;
}

/** A field with its label above it and its hint tied to it. */
export function Field({ label, hint, children }: FieldProps): ReactNode {
  const id = useId();
  const described = hint === undefined ? {} : { "aria-describedby": `${id}-hint` };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, ...described })}
      {hint === undefined ? null : (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
