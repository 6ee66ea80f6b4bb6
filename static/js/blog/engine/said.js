/** An error whose message is in the page's language already. */
export const said = (message) => Object.assign(new Error(message), { isSaid: true });
