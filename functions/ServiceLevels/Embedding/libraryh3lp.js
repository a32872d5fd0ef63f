(function () {
  'use strict';

  // Where the page runs the script a second time for the same service, the first goes on for both.
  var SERVICE_ATTRIBUTE = 'data-libraryh3lp-service';
  var POLL_INTERVAL_MS = 8000;
  var POLL_TIMEOUT_MS = 5000;
  var STALE_MS = 60000;

  var state = /*STATE*/ null;
  var id = String(state.serviceId);
  var running = window.libraryh3lpServices = window.libraryh3lpServices || {};
  if (running[id]) {
    running[id]();
    return;
  }

  var script = document.currentScript || document.querySelector('script[src*="/js/libraryh3lp.js?' + id + '"]');
  var places = [];
  var timer = null;
  var answeredAt = Date.now();
  var isUnanswered = false;

  // A div belongs to the service that it names, else to the first script that meets it.
  function adopt() {
    document.querySelectorAll('.needs-js').forEach(function (element) {
      if (!element.hasAttribute(SERVICE_ATTRIBUTE)) element.setAttribute(SERVICE_ATTRIBUTE, id);
      var isKnown = places.some(function (place) { return place.element === element; });
      if (element.getAttribute(SERVICE_ATTRIBUTE) === id && !isKnown) {
        places.push({ element: element, offline: Array.prototype.slice.call(element.childNodes), shown: null });
      }
    });
    places = places.filter(function (place) { return place.element.isConnected; });
    places.forEach(show);
  }

  function show(place) {
    var isOnline = state.level !== null && !(isUnanswered && Date.now() - answeredAt >= STALE_MS);
    var html = isOnline ? state.html : state.offlineHtml;
    var wanted = !isOnline && !html ? null : JSON.stringify([isOnline, html, state.chatUrl]);
    if (place.shown === wanted) return;
    place.shown = wanted;
    if (wanted === null) place.element.replaceChildren.apply(place.element, place.offline);
    else place.element.replaceChildren(html ? parse(place.element, html) : link(place.element));
  }

  // The html is the administrator's own; its scripts run, as they would if it stood in the page.
  function parse(element, html) {
    var range = document.createRange();
    range.selectNodeContents(element);
    return range.createContextualFragment(html);
  }

  function link(element) {
    var anchor = document.createElement('a');
    anchor.textContent = 'Chat is online.';
    if (state.chatUrl) {
      anchor.href = state.chatUrl;
      anchor.target = '_blank';
      anchor.rel = 'noopener';
      return anchor;
    }
    anchor.href = '#';
    anchor.addEventListener('click', function (click) {
      click.preventDefault();
      var detail = { serviceId: state.serviceId, level: state.level };
      element.dispatchEvent(new CustomEvent('libraryh3lp:chat', { bubbles: true, cancelable: true, detail: detail }));
    });
    return anchor;
  }

  function poll() {
    timer = null;
    var url = new URL('libraryh3lp.json?' + id, script.src);
    fetch(url, { credentials: 'omit', cache: 'no-cache', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(POLL_TIMEOUT_MS) })
      .then(function (answer) {
        if (answer.status === 404) return { serviceId: state.serviceId, level: null, offlineHtml: '' };
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(
        function (answer) {
          state = answer;
          answeredAt = Date.now();
          isUnanswered = false;
        },
        // What is shown stays for a minute.
        function () { isUnanswered = true; }
      )
      .then(function () {
        adopt();
        wait();
      });
  }

  // A page that nobody looks at asks for nothing.
  function wait() {
    if (timer === null && !document.hidden) timer = setTimeout(poll, POLL_INTERVAL_MS);
  }

  running[id] = adopt;
  adopt();
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', adopt);
  if (!script) return;
  document.addEventListener('visibilitychange', function () {
    if (document.hidden) {
      clearTimeout(timer);
      timer = null;
    } else if (timer === null) {
      poll();
    }
  });
  wait();
})();
