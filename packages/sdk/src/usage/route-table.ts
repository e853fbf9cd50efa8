import { METHODS } from 'node:http';
import type { MessageTable } from './describe-error.ts';
import { type FeatureTable, nameFeature } from './feature-name.ts';
import { OTHER, UNMATCHED, USAGE_BOUNDS } from './usage-record.ts';

/** What is known of one method of one template; made once, so a request carries its number only. */
export interface Route {
  /** Its place in the table. */
  readonly number: number;
  readonly method: string;
  readonly template: string;
  readonly feature: string;
  readonly group: string;
  readonly isSkipped: boolean;
  /** The bound of templates is reached: this stands for those past it. */
  readonly isOverflow: boolean;
  /** What the application says of its failures. */
  readonly messages: MessageTable;
}

export interface RouteTableOptions {
  features: FeatureTable;
  messages: MessageTable;
  isSkipped: (template: string) => boolean;
}

/** Several of these (one per middleware) share the numbers of one service. */
export interface RouteTable {
  /** Bounded: past the templates' bound every new one is `(other)`, unknown methods are `OTHER`. */
  route(method: string, template: string): Route;
}

/** The templates of a service, whichever middleware met them. */
export interface Templates {
  readonly routes: readonly Route[];
  table(options: RouteTableOptions): RouteTable;
}

const MAX_TEMPLATES = 500;

const KNOWN_METHODS = new Set([...METHODS, 'QUERY']);

/** The bound is on templates: each has as many routes as it is asked with methods, and of these there are as many as Node knows. */
export function createTemplates(maxTemplates = MAX_TEMPLATES): Templates {
  const routes: Route[] = [];
  const templates = new Set<string>();

  function admit(template: string): string {
    const cut = template.slice(0, USAGE_BOUNDS.endpoint);
    if (cut === UNMATCHED || templates.has(cut)) return cut;
    if (templates.size >= maxTemplates) return OTHER;
    templates.add(cut);
    return cut;
  }

  return {
    routes,
    table({ features, messages, isSkipped }) {
      const byMethod = new Map<string, Map<string, Route>>();
      return {
        route(method, template) {
          const known = byMethod.get(method)?.get(template);
          if (known !== undefined) return known;
          const plainMethod = KNOWN_METHODS.has(method) ? method : 'OTHER';
          const admitted = admit(template);
          const routesOfMethod = byMethod.get(plainMethod) ?? new Map<string, Route>();
          byMethod.set(plainMethod, routesOfMethod);
          const kept = routesOfMethod.get(admitted);
          if (kept !== undefined) return kept;
          const feature = nameFeature(plainMethod, admitted, features);
          const route: Route = {
            number: routes.length,
            method: plainMethod,
            template: admitted,
            feature: feature.name,
            group: feature.group,
            isSkipped: plainMethod === 'OPTIONS' || isSkipped(admitted),
            isOverflow: admitted === OTHER,
            messages,
          };
          routes.push(route);
          routesOfMethod.set(admitted, route);
          return route;
        },
      };
    },
  };
}
