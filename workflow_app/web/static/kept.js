// What is being typed, kept in this browser until the server has it. One entry a form and person.
const PREFIX = 'tandem:';
const DAYS = 14;

const storage = () => {
  try {
    return window.localStorage;
  } catch {
    return null; // The browser was told to keep nothing; then the server alone keeps it.
  }
};

export const keyOf = (form) => `${PREFIX}${form.dataset.person}:${location.pathname}`;

export const keep = (key, entry) => {
  try {
    storage()?.setItem(key, JSON.stringify({ ...entry, at: Date.now() }));
  } catch {
    // Full or forbidden: the text is still in the form.
  }
};

export const find = (key) => {
  try {
    return JSON.parse(storage()?.getItem(key) ?? 'null');
  } catch {
    return null;
  }
};

export const forget = (key) => storage()?.removeItem(key);

export const forgetAll = () => {
  for (const key of Object.keys(storage() ?? {})) if (key.startsWith(PREFIX)) forget(key);
};

// The server names the request that it has carried out: what was typed for it is kept there now.
export const tidy = () => {
  const done = document.cookie.match(/(?:^|; )done=([\w-]+)/)?.[1];
  for (const key of Object.keys(storage() ?? {})) {
    if (!key.startsWith(PREFIX)) continue;
    const entry = find(key);
    const old = !entry || Date.now() - entry.at > DAYS * 86_400_000;
    if (old || (done && entry.request === done)) forget(key);
  }
};
