using System.Globalization;
using ContactRouting.Directory;
using ContactRouting.Presence;

namespace ContactRouting.Webhooks;

/// <summary>An agent's event as RingMe calls back: fields in the URL's query or as a form. Source: RingMe, AgentEventData.</summary>
internal static class AgentCallback
{
    /// <summary>The same for every attempt, so that a receiver can tell a repetition.</summary>
    public const string EventIdHeader = "X-Event-Id";

    /// <summary>Where a subscription's calls go: its URL in the one form that all ways to write it have.</summary>
    public static string Url(Subscription subscription) =>
        new Uri(subscription.Url).GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);

    /// <param name="secrets">What it is signed with: of a GET the query as it is sent, of a POST the body.</param>
    /// <param name="at">When this attempt is made.</param>
    public static HttpRequestMessage Request(
        Subscription subscription,
        PresenceEvent happened,
        IReadOnlyList<string> secrets,
        DateTimeOffset at
    )
    {
        using var form = new FormUrlEncodedContent(Fields(happened));
        var fields = Text(form);
        var url = new UriBuilder(Url(subscription));
        var request = new HttpRequestMessage();
        if (subscription.Method == CallbackMethod.Get)
        {
            request.Method = HttpMethod.Get;
            url.Query = string.Join('&', new[] { url.Query.TrimStart('?'), fields }.Where(part => part.Length > 0));
        }
        else
        {
            request.Method = HttpMethod.Post;
            request.Content = new StringContent(
                fields,
                new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded")
            );
        }
        request.RequestUri = url.Uri;
        request.Headers.Add(EventIdHeader, happened.Id);
        var payload = request.Content is null ? request.RequestUri.Query[1..] : fields;
        foreach (var (name, value) in WebhookSignature.Headers(secrets, happened.Id, at, payload)) request.Headers.Add(name, value);
        return request;
    }

    /// <summary>In the vendor's order.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Fields(PresenceEvent happened) =>
    [
        new("agent_status", happened.After == PresenceStatus.LoggedOut ? "logged_out" : "available"),
        new("agent_type", happened.Type == AgentType.Local ? "local" : "remote"),
        new("event_source", happened.Source == PresenceSource.Phone ? "phone" : "api"),
        new("agent_id", happened.AgentId.ToString(CultureInfo.InvariantCulture)),
        new(happened.Type == AgentType.Local ? "extension_name" : "agent_number", happened.Address),
    ];

    private static string Text(FormUrlEncodedContent form)
    {
        using var reader = new StreamReader(form.ReadAsStream());
        return reader.ReadToEnd();
    }
}
