using System.Text.Json;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.ServiceLevels.Embedding;

/// <summary>The script that pages embed, and the state that it asks for while a page is open.</summary>
internal sealed class EmbeddingScript(EmbeddedServices services, NamedPresence presence)
{
    private const string StatePlace = "/*STATE*/ null";

    /// <summary>Of queues and users that a page may ask for at once; the script knows it, too.</summary>
    private const int MaxJids = 20;

    private static readonly string Script = ReadScript();

    /// <summary>
    /// The script with the state of the service that the query names by its id; or, where that is <c>multi</c> or
    /// <c>multi,poll</c>, for the queues and users that the page's elements name.
    /// </summary>
    public async Task<Reply> LoadAsync(HttpRequest request)
    {
        var options = request.Query.Keys.Select(key => key.Split(',')).FirstOrDefault(words => words.Contains("multi"));
        var state = options is null
            ? await StateOfServiceAsync(request)
            : ToJson(new { multi = true, poll = options.Contains("poll") });
        return PublicAnswer.Of(request, Script.Replace(StatePlace, state, StringComparison.Ordinal), "text/javascript");
    }

    /// <summary>The state of a service; or the presence of each <c>jid</c> in the query.</summary>
    public async Task<Reply> PollAsync(HttpRequest request)
    {
        var jids = request.Query["jid"].OfType<string>().Distinct().ToList();
        var state = jids.Count == 0 ? await StateOfServiceAsync(request) : ToJson(await ShowsAsync(jids));
        return PublicAnswer.Of(request, state, "application/json");
    }

    private async Task<string> StateOfServiceAsync(HttpRequest request)
    {
        // The service's id stands alone in the query; pages add parameters of their own against caches.
        var id =
            request.Query.Keys.Select(WireId.Parse).FirstOrDefault(id => id is not null)
            ?? throw DomainException.Invalid("The service's id", "is missing in the query.");
        return ToJson(await services.GetAsync(id));
    }

    private async Task<Dictionary<string, string>> ShowsAsync(List<string> jids)
    {
        if (jids.Count > MaxJids) throw DomainException.Invalid("jid", $"may be there {MaxJids} times at most.");
        var found = jids.Select(jid => Jid.Parse(jid) is { } address ? presence.OfAsync(address) : Task.FromResult(PresenceShown.Unknown));
        return jids.Zip(await Task.WhenAll(found)).ToDictionary(pair => pair.First, pair => pair.Second.Show);
    }

    // The default encoder escapes what could end a script: < and the line separators.
    private static string ToJson<T>(T value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);

    private static string ReadScript()
    {
        using var stream = typeof(EmbeddingScript).Assembly.GetManifestResourceStream("libraryh3lp.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
