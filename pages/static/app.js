/* Hands what Telegram says of who opened this Mini App over to our server; nothing else. */
(function () {
  "use strict";
  var said = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");
  var form = document.getElementById("hand-over");
  if (!said || !form) { document.body.className = "outside"; return; }
  form.elements.init_data.value = said;
  document.body.className = "inside";
  history.replaceState(null, "", location.pathname + location.search);
  form.submit();
})();
