/* Takes the signed pass out of the address, so that it is neither printed nor passed on; nothing else. */
(function () {
  "use strict";
  var address = new URL(location.href);
  if (!address.searchParams.has("t")) { return; }
  address.searchParams.delete("t");
  history.replaceState(null, "", address.pathname + address.search + address.hash);
})();
