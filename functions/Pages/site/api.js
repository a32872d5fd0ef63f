// The own API as the pages ask it.

export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    Object.assign(this, { status, problem });
  }
}

export class Api {
  #token;
  #refused;

  // Refused: what to do where the token is not valid any more.
  constructor(token, refused = () => {}) {
    this.#token = token;
    this.#refused = refused;
  }

  get(path, options) {
    return this.call('GET', path, undefined, options);
  }

  post(path, body = {}, options) {
    return this.call('POST', path, body, options);
  }

  put(path, body, options) {
    return this.call('PUT', path, body, options);
  }

  delete(path) {
    return this.call('DELETE', path);
  }

  // Answers { status, body, etag, now }: now is the server's clock, in milliseconds. One that waits for news may take long.
  async call(method, path, body, { headers, signal, waits = false, parse = JSON.parse } = {}) {
    const patience = AbortSignal.timeout((waits ? 40 : method === 'GET' ? 10 : 30) * 1000);
    const answer = await fetch(`/routing/v1/${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: {
        ...(this.#token && { Authorization: `Bearer ${this.#token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('Content-Type') ?? '');
    const content = isJson && text ? parse(text) : null;
    if (answer.status === 401) this.#refused();
    if (answer.status >= 400) throw new ApiError(answer.status, content ?? {});
    return { status: answer.status, body: content, etag: answer.headers.get('ETag'), now: Date.parse(answer.headers.get('Date')) };
  }

  // The items of a list's first pages: { items, hasMore, now }.
  async list(path, limit, pages = Infinity) {
    const items = [];
    for (let [page, cursor] = [1, ''];; page++) {
      const { body, now } = await this.get(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`);
      items.push(...body.items);
      if (body.nextCursor === null || page === pages) return { items, hasMore: body.nextCursor !== null, now };
      cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
    }
  }
}
