/**
 * What the agent answers, over HTTP on this machine.
 *
 * @typedef {Record<string, string | number | boolean | string[] | undefined>} Parameters
 */

/** The agent said no, or did not answer. The message is a sentence for a person. */
export class Refused extends Error {
  /**
   * @param {string} message
   * @param {{ status: number, code: string }} why `status` is 0 where nobody answered.
   */
  constructor(message, { status, code }) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether the token is no longer good: the page must be opened again. */
  get isLocked() {
    return this.status === 401;
  }
}

/** Requests with one token. */
export class Api {
  #token;

  /** @param {string} token */
  constructor(token) {
    this.#token = token;
  }

  /**
   * @param {string} path Below /api/.
   * @param {Parameters} [parameters]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async get(path, parameters = {}, signal = undefined) {
    return (await this.#ask("GET", addressed(path, parameters), { signal })).json();
  }

  /** @param {string} path @param {object} [body] @returns {Promise<any>} */
  async post(path, body = {}) {
    return contents(await this.#ask("POST", path, { body }));
  }

  /** @param {string} path @param {object} body @returns {Promise<any>} */
  async remove(path, body) {
    return contents(await this.#ask("DELETE", path, { body }));
  }

  /**
   * The body of an answer that goes on.
   *
   * @param {string} path @param {Parameters} parameters @param {AbortSignal} signal @returns {Promise<ReadableStream<Uint8Array>>}
   */
  async stream(path, parameters, signal) {
    const { body } = await this.#ask("GET", addressed(path, parameters), { signal });
    if (!body) throw new Refused("", { status: 0, code: "NO_ANSWER" });
    return body;
  }

  /** @param {string} method @param {string} path @param {{ body?: object, signal?: AbortSignal }} request */
  async #ask(method, path, { body, signal }) {
    /** @type {Record<string, string>} */
    const headers = { Authorization: `Bearer ${this.#token}` };
    if (body) headers["Content-Type"] = "application/json";
    const answer = await reached(`/api/${path}`, { method, headers, signal, body: body && JSON.stringify(body) });
    if (!answer.ok) throw await refusal(answer);
    return answer;
  }
}

/** @param {string} address @param {RequestInit} request */
async function reached(address, request) {
  try {
    return await fetch(address, request);
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new Refused("", { status: 0, code: "NO_ANSWER" });
  }
}

/** @param {Response} answer */
async function refusal(answer) {
  const said = await answer.json().catch(() => ({}));
  return new Refused(said.error ?? "", { status: answer.status, code: said.code ?? "" });
}

/** @param {Response} answer */
async function contents(answer) {
  const text = await answer.text();
  return text ? JSON.parse(text) : {};
}

/** @param {string} path @param {Parameters} parameters Those that say nothing are left out. */
function addressed(path, parameters) {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === "" || value === false) continue;
    for (const each of Array.isArray(value) ? value : [value]) pairs.append(name, each === true ? "1" : String(each));
  }
  return pairs.size ? `${path}?${pairs}` : path;
}
