import { apiControllers } from '../../apps/api/src/api.module';
import { apiDocument } from '../../apps/api/src/openapi/document';
import type { Route } from '../../apps/api/src/openapi/routes';
import type { Answer } from './running-ledger';

interface Described {
  readonly content?: Readonly<Record<string, unknown>>;
  readonly $ref?: string;
}

/** Tells of an answer in what it is another one than the API's description has; undefined when it is as described. */
export function describedAnswers(): (route: Route, answer: Answer) => string | undefined {
  const { paths, components } = apiDocument(apiControllers);
  return ({ method, path }, { status, headers }) => {
    const operation = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    const said = (operation?.responses as Record<string, Described> | undefined)?.[status];
    if (!said) return `${method} ${path} is not described to answer with ${status}.`;
    const { content } =
      said.$ref === undefined ? said : (components.responses![said.$ref.split('/').at(-1)!] as Described);
    const [type = 'nothing'] = headers.get('content-type')?.split(';') ?? [];
    return content?.[type] === undefined
      ? `${method} ${path} is not described to answer with ${type}.`
      : undefined;
  };
}
