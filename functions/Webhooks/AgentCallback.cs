using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Events;

namespace ContactRouting.Webhooks;

/// <summary>An agent's event as RingMe calls back: fields in the URL's query or as a form. Source: RingMe, AgentEventData.</summary>
internal static class CallbackForm
{
    /// <summary>The same for every attempt, so that a receiver can tell a repetition.</summary>
    public const string EventIdHeader = "X-Event-Id";

    /// <summary>Rises with each event of the agent.</summary>
    public const string SequenceHeader = "X-Event-Sequence";

    /// <summary>The call, and what is signed of it.</summary>
    public static (HttpRequestMessage Request, string Payload) Make(string url, CallbackMethod method, Event happened)
    {
        using var content = new FormUrlEncodedContent(Fields(happened.Data));
        using var reader = new StreamReader(content.ReadAsStream());
        var (form, target) = (reader.ReadToEnd(), new UriBuilder(url));
        if (method == CallbackMethod.Get)
            target.Query = string.Join('&', new[] { target.Query.TrimStart('?'), form }.Where(part => part.Length > 0));
        var request = new HttpRequestMessage(method == CallbackMethod.Get ? HttpMethod.Get : HttpMethod.Post, target.Uri);
        if (method == CallbackMethod.Post)
            request.Content = new StringContent(form, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        request.Headers.Add(EventIdHeader, happened.Id);
        request.Headers.Add(SequenceHeader, happened.Sequence.ToString(CultureInfo.InvariantCulture));
        return (request, method == CallbackMethod.Get ? request.RequestUri!.Query[1..] : form);
    }

    /// <summary>In the vendor's order.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Fields(JsonElement agent)
    {
        string Text(string name) => agent.GetProperty(name).ToString();
        return
        [
            new("agent_status", Text("status") == "logged_out" ? "logged_out" : "available"),
            new("agent_type", Text("type")),
            new("event_source", Text("source") == "phone" ? "phone" : "api"),
            new("agent_id", Text("id")),
            new(Text("type") == "local" ? "extension_name" : "agent_number", Text("address")),
        ];
    }
}
