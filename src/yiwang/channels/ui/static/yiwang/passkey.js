// Passkeys (W3C Web Authentication): asks the device, puts its answer into the form and sends it. Nothing else needs this file.
(() => {
  "use strict";
  const host = location.hostname;
  const isAddress = /^[\d.]+$/.test(host) || host.includes(":");
  if (!window.PublicKeyCredential || !navigator.credentials || !window.isSecureContext || isAddress) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const words = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  // The challenge comes as JSON; its byte strings become bytes.
  const asked = ({ publicKey }) => {
    const wanted = { ...publicKey, challenge: bytes(publicKey.challenge) };
    if (wanted.user) wanted.user = { ...wanted.user, id: bytes(wanted.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (wanted[list]) wanted[list] = wanted[list].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return { publicKey: wanted };
  };

  // And the answer goes as JSON, its bytes as byte strings.
  const answered = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = words(credential.response[part]);
    }
    return {
      id: credential.id,
      rawId: words(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector(".passkey-go");
    const said = form.querySelector(".passkey-said");
    button.hidden = false;
    form.querySelector(".passkey-none")?.remove();
    if (form.parentElement.hidden) form.parentElement.hidden = false;
    let busy = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      said.textContent = "";
      try {
        const { from, options, passkey } = form.dataset;
        const challenge = options ? JSON.parse(options)
          : await (await fetch(from, { headers: { Accept: "application/json" } })).json();
        const credential = await navigator.credentials[passkey](asked(challenge));
        form.elements.credential.value = JSON.stringify(answered(credential));
        form.submit();
      } catch (error) {
        const { cancelled, known, failed } = form.dataset;
        said.textContent = { NotAllowedError: cancelled, AbortError: cancelled, InvalidStateError: known }[error.name] ?? failed;
        busy = false;
      }
    });
  }
})();
