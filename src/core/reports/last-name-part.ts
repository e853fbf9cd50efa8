/** `requests.exceptions.ReadTimeout`, `App\\Errors::ReadTimeout` → `ReadTimeout`. */
export function lastNamePart(type: string): string {
  return (
    type
      .split(/[.:\\/$]/)
      .filter((part) => part !== '')
      .at(-1) ?? type
  );
}
