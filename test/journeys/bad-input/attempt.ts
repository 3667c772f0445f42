/**
 * A request that must be turned away: what is wrong with it; who asks for what; the body and the headers; the status
 * with the rule and the field that the answer names.
 *
 * Who asks is the investigator of site 01 unless a role stands before the method. `:trial`, `:participant`,
 * `:infusion`, `:adverseEvent`, `:event` stand for what site 01 has, and `:foreign…` for what site 02 has.
 */
export type Attempt = readonly [
  title: string,
  request: string,
  given: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
  answer: string,
];
