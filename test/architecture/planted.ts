import type { Exemption } from './code-rules';
import { violationsIn, type Violation } from './rules';

/** Texts by their paths. */
export type Files = Readonly<Record<string, string>>;

/** A planted fault, what the message must say, and the nearest thing that is allowed. */
export type Case = readonly [what: string, planted: Files, says: string, clean: Files];

export const planted = (files: Files, exemptions: readonly Exemption[] = []): Violation[] =>
  violationsIn(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    exemptions,
  );

/** The rule sees each planted fault and says what to write instead; nothing is wrong with its clean twin. */
export function catches(rule: string, cases: readonly Case[]): void {
  describe(rule, () => {
    test.each(cases)('%s', (_what, faulty, says, clean) => {
      const [found] = planted(faulty).filter(violation => violation.rule === rule);
      expect(found?.message).toContain(says);
      expect(planted(clean)).toEqual([]);
    });
  });
}

export const inSite = (text: string): Files => ({ 'libs/contexts/sites/src/domain/site.ts': text });
