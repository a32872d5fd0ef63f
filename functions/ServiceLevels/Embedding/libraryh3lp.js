(function () {
  'use strict';

  var POLL_INTERVAL_MS = 8000;
  var POLL_TIMEOUT_MS = 5000;
  var STALE_MS = 60000;
  var MAX_JIDS = 20;
  var MAX_JID_LENGTH = 300;

  // The state of a service, or what the page wants of the queues and users that it names.
  var start = /*STATE*/ null;
  var id = start.multi ? 'multi' : String(start.serviceId);

  // Where the page runs the script a second time for the same, the first goes on for both.
  var running = window.libraryh3lpServices = window.libraryh3lpServices || {};
  if (running[id]) {
    running[id](start);
    return;
  }

  var script = document.currentScript || document.querySelector('script[src*="/js/libraryh3lp.js?' + id + '"]');
  var timer = null;
  var isAsking = false;
  var isWantedAnew = false;
  var isUnanswered = false;
  var answeredAt = Date.now();
  var mode = start.multi ? named(start) : service(start);

  function isStale() {
    return isUnanswered && Date.now() - answeredAt >= STALE_MS;
  }

  // One service: its places show what it says of itself.
  function service(state) {
    // A div belongs to the service that it names, else to the first script that meets it.
    var SERVICE_ATTRIBUTE = 'data-libraryh3lp-service';
    var places = [];

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
      var isOnline = state.level !== null && !isStale();
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

    return {
      asksAtOnce: false,
      polls: true,
      show: adopt,
      query: function () { return id; },
      takeNothing: function () {},
      take: function (answer) { state = answer || { serviceId: state.serviceId, level: null, offlineHtml: '' }; }
    };
  }

  // Queues and users that elements name: shown are those of the first that is available, else the elements that name none.
  function named(wish) {
    var shows = null;
    var displays = new WeakMap();

    function elements() {
      return Array.prototype.slice.call(document.querySelectorAll('.libraryh3lp'));
    }

    function jidOf(element) {
      return (element.getAttribute('data-lh3-jid') || element.getAttribute('jid') || '').trim();
    }

    function jids() {
      var all = elements().map(jidOf);
      return all
        .filter(function (jid, index) { return jid && jid.length <= MAX_JID_LENGTH && all.indexOf(jid) === index; })
        .slice(0, MAX_JIDS);
    }

    function isAvailable(jid) {
      return shows !== null && !isStale() && (shows[jid] === 'available' || shows[jid] === 'chat');
    }

    // Until the first answer the page stays as it is, and what says that the script did not run until there is one.
    function show() {
      if (shows === null && !isStale()) return;
      var chosen = jids().filter(isAvailable)[0] || '';
      elements().forEach(function (element) { toggle(element, jidOf(element) === chosen); });
      if (shows === null) return;
      document.querySelectorAll('.needs-js:not(.libraryh3lp):not([data-libraryh3lp-service])').forEach(function (element) {
        toggle(element, false);
      });
    }

    function toggle(element, isShown) {
      if (!displays.has(element)) displays.set(element, element.style.display === 'none' ? '' : element.style.display);
      element.style.display = isShown ? displays.get(element) : 'none';
      if (isShown && getComputedStyle(element).display === 'none') element.style.display = 'block';
    }

    return {
      asksAtOnce: true,
      polls: wish.poll,
      show: show,
      query: function () {
        return jids().map(function (jid) { return 'jid=' + encodeURIComponent(jid); }).join('&');
      },
      take: function (answer) { shows = answer || {}; },

      // A page whose elements have no address asks for nothing, and nobody is there.
      takeNothing: function () {
        if (document.readyState === 'loading' || elements().length === 0) return;
        shows = {};
        show();
      }
    };
  }

  // The page has changed.
  function update() {
    mode.show();
    if (!mode.asksAtOnce) return;
    isWantedAnew = isAsking;
    poll();
  }

  function poll() {
    clearTimeout(timer);
    timer = null;
    if (!script || isAsking) return;
    var query = mode.query();
    if (!query) {
      mode.takeNothing();
      wait();
      return;
    }
    isAsking = true;
    isWantedAnew = false;
    var url = new URL('libraryh3lp.json?' + query, script.src);
    fetch(url, { credentials: 'omit', cache: 'no-cache', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(POLL_TIMEOUT_MS) })
      .then(function (answer) {
        if (answer.status === 404) return null;
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(
        function (answer) {
          answeredAt = Date.now();
          isUnanswered = false;
          mode.take(answer);
        },
        // What is shown stays for a minute.
        function () { isUnanswered = true; }
      )
      .then(function () {
        isAsking = false;
        if (isWantedAnew && mode.query() !== query) {
          poll();
        } else {
          mode.show();
          wait();
        }
      });
  }

  // A page that nobody looks at asks for nothing.
  function wait() {
    if (mode.polls && timer === null && !document.hidden) timer = setTimeout(poll, POLL_INTERVAL_MS);
  }

  running[id] = function (again) {
    if (again.poll) mode.polls = true;
    update();
  };
  update();
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', update);
  if (!script) return;
  document.addEventListener('visibilitychange', function () {
    if (document.hidden) {
      clearTimeout(timer);
      timer = null;
    } else if (mode.polls && timer === null) {
      poll();
    }
  });
  wait();
})();
