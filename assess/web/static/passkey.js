// Passkeys: asks the server what to ask the device for, and sends the device's answer as a form.
// Without it, or in a browser that has no passkeys, their forms stay hidden.
"use strict";

(() => {
  // Passkeys belong to a name; an address in numbers has none.
  const named = !/^[\d.]+$|:/.test(location.hostname);
  if (!named || !window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  // The server's options with bytes where it can only send text.
  const read = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user ? { user: { ...options.user, id: bytes(options.user.id) } } : {}),
    excludeCredentials: listed(options.excludeCredentials),
    allowCredentials: listed(options.allowCredentials),
  });

  const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const told = (made) => {
    const parts = PARTS.filter((name) => made.response[name]);
    const response = Object.fromEntries(parts.map((name) => [name, text(made.response[name])]));
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
  };

  const ask = async (form) => {
    const said = form.querySelector("[role=alert]");
    const button = form.querySelector("button");
    said.hidden = true;
    button.disabled = true;
    try {
      const answer = await fetch(form.dataset.options, {
        method: "POST",
        headers: { "X-CSRFToken": form.elements.csrf_token.value },
      });
      // The password is to be given again, or the sign-in has ended: the page says so.
      if (answer.redirected || !answer.ok) return location.reload();
      const publicKey = read(await answer.json());
      const made = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.answer.value = told(made);
      form.submit();
    } catch {
      said.textContent = form.dataset.stopped;
      said.hidden = false;
      button.disabled = false;
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      const name = form.elements.name;
      // The server says what is wrong with an empty name.
      if (name instanceof HTMLInputElement && !name.value.trim()) return;
      event.preventDefault();
      ask(form);
    });
  }
  for (const told of document.querySelectorAll("[data-passkey-missing]")) told.hidden = true;
})();
