using System.Net;
using System.Text.Json;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd.Events;

/// <summary>A subscription with its receiver: what came in, and what the app says of it.</summary>
internal sealed class Listener : IDisposable
{
    private readonly RoutingClient client;

    private Listener(RoutingClient client, CallbackReceiver receiver, JsonElement created)
    {
        (this.client, Receiver) = (client, receiver);
        (Id, Secret) = (created.GetProperty("id").GetInt32(), created.GetProperty("secret").GetString()!);
    }

    public CallbackReceiver Receiver { get; }

    public int Id { get; }

    public string Secret { get; }

    public string Path => $"subscriptions/{Id}";

    /// <summary>Every call, in the order in which they came.</summary>
    public IReadOnlyList<JsonElement> Calls => [.. Receiver.Calls.Select(call => JsonSerializer.Deserialize<JsonElement>(call.Body))];

    /// <param name="types">With commas between them.</param>
    /// <param name="filter">What else the subscription says.</param>
    public static async Task<Listener> StartAsync(RoutingClient client, string types = "*", object? filter = null, string path = "/")
    {
        var receiver = new CallbackReceiver();
        return new Listener(client, receiver, await SubscribeAsync(client, receiver.Origin + path, types, filter));
    }

    public static async Task<JsonElement> SubscribeAsync(RoutingClient client, string url, string types = "*", object? filter = null)
    {
        var body = JsonSerializer.SerializeToNode(filter ?? new { }, JsonSerializerOptions.Web)!.AsObject();
        body["url"] = url;
        body["eventTypes"] = JsonSerializer.SerializeToNode(types.Split(','));
        var created = await client.CallAsync(HttpMethod.Post, "subscriptions", body, HttpStatusCode.Created);
        AppFixture.Remember(created.GetProperty("secret").GetString()!);
        return created;
    }

    /// <summary>The types that came of a subject, once there are so many.</summary>
    public async Task<IReadOnlyList<JsonElement>> OfAsync(string subject, int count)
    {
        List<JsonElement> Came() => [.. Calls.Where(call => call.GetProperty("subject").GetString() == subject)];
        await Eventually.IsTrueAsync($"{count} events of {subject} come in", () => Task.FromResult(Came().Count >= count));
        return Came();
    }

    public async Task<IReadOnlyList<string>> TypesAsync(string subject, int count) =>
        [.. (await OfAsync(subject, count)).Select(TypeOf)];

    public Task<JsonElement> GetAsync() => client.CallAsync(HttpMethod.Get, Path);

    public async Task<IReadOnlyList<JsonElement>> DeliveriesAsync() =>
        [.. (await client.CallAsync(HttpMethod.Get, $"{Path}/deliveries")).GetProperty("items").EnumerateArray()];

    /// <summary>A delivery, once it was tried so often.</summary>
    public async Task<JsonElement> TriedAsync(int attempts)
    {
        JsonElement? found = null;
        await Eventually.IsTrueAsync($"{attempts} attempts are written down", async () =>
        {
            foreach (var item in (await DeliveriesAsync()).Where(item => item.GetProperty("attempts").GetInt32() >= attempts)) found = item;
            return found is not null;
        });
        return found!.Value;
    }

    public Task<JsonElement> PostAsync(string action, object? body = null, HttpStatusCode status = HttpStatusCode.OK) =>
        client.CallAsync(HttpMethod.Post, $"{Path}/{action}", body ?? new { }, status);

    public static string TypeOf(JsonElement happened) => happened.GetProperty("type").GetString()!;

    public static string IdOf(JsonElement happened) => happened.GetProperty("id").GetString()!;

    public static long SequenceOf(JsonElement happened) => happened.GetProperty("sequence").GetInt64();

    public void Dispose() => Receiver.Dispose();
}
