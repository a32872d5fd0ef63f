using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using ContactRouting.Storage;
using ContactRouting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace ContactRouting.EndToEnd.Events;

/// <summary>
/// Receivers that answer slowly, with 500, not at all, or break the connection, while the app is killed again and again.
/// <c>tests/events-under-fire</c> runs it with more of everything.
/// </summary>
public sealed class EventsUnderFireTests(ITestOutputHelper output) : IClassFixture<AppFixture>
{
    /// <summary>Of a life: arrived, offered, accepted, completed, ended.</summary>
    private const int EventsOfLife = 5;

    private static readonly int Events = Number("FIRE_EVENTS", 60);
    private static readonly int Receivers = Number("FIRE_RECEIVERS", 5);
    private static readonly int Instances = Number("FIRE_INSTANCES", 1);
    private static readonly int Clients = Number("FIRE_CLIENTS", 4);

    /// <summary>How often an app is killed; by default once, when half of the contacts have lived.</summary>
    private static readonly int KillSeconds = Number("FIRE_KILL_SECONDS", 0);

    /// <summary>A file that takes a line now and then of how far it is; none by default.</summary>
    private static readonly string? Progress = Environment.GetEnvironmentVariable("FIRE_PROGRESS");

    private readonly string prefix = AppFixture.NewPrefix();
    private readonly AppProcess?[] apps = new AppProcess?[Instances];
    private readonly ConcurrentBag<string> acknowledged = [];
    private readonly ConcurrentDictionary<(int Receiver, string Id), DateTimeOffset> firstAttempts = new();
    private readonly ConcurrentQueue<(int Receiver, JsonElement Event)> arrivals = new();
    private RoutingClient client = null!;
    private TestAccount account = null!;
    private StorageProxy storage = null!;
    private int livesBegun;
    private int kills;
    private long storageCalls;
    private volatile bool healed;

    [Fact]
    public async Task Every_event_arrives_or_is_a_dead_letter_in_its_order_and_under_its_id()
    {
        var receivers = Enumerable.Range(1, Receivers).Select(Receiver).ToList();
        await using var proxy = storage = await StorageProxy.StartAsync();
        storage.Hold = _ =>
        {
            Interlocked.Increment(ref storageCalls);
            return Task.CompletedTask;
        };
        try
        {
            for (var number = 0; number < Instances; number++) await StartAsync(number);
            account = await AppFixture.CreateAccountAsync(apps[0]!.Http);
            client = new RoutingClient(account, apps[0]!.Http);
            await client.ConfigureAsync(new
            {
                queues = Enumerable.Range(1, Receivers)
                    .Select(queue => new { id = queue, name = client.Name($"q{queue}"), offerSeconds = 300 }),
                agents = Enumerable.Range(1, Receivers)
                    .Select(queue => RoutingClient.Agent(100 + queue, client.Name($"a{queue}"), [queue], units: 100)),
            });
            var subscriptions = new Dictionary<int, int>();
            for (var queue = 1; queue <= Receivers; queue++)
            {
                var url = receivers[queue - 1].Origin + "/";
                var created = await Listener.SubscribeAsync(client, url, "contact.*", new { queueId = queue });
                subscriptions[created.GetProperty("id").GetInt32()] = queue;
                await client.PresenceAsync(100 + queue, "available");
            }
            var (clock, before) = (Stopwatch.StartNew(), Interlocked.Read(ref storageCalls));
            var lives = Task.WhenAll(Enumerable.Range(0, Clients).Select(LiveAsync));
            await Task.WhenAll(lives, KillAsync(lives));
            var seconds = clock.Elapsed.TotalSeconds;
            foreach (var app in apps) app!.Kill();
            healed = true;
            await VerifyAsync(subscriptions, seconds, Interlocked.Read(ref storageCalls) - before, firstAttempts.Count);
        }
        finally
        {
            foreach (var receiver in receivers) receiver.Dispose();
            foreach (var app in apps) app?.Dispose();
        }
    }

    private static int Number(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : standard;

    private async Task StartAsync(int number)
    {
        var app = AppFixture.NewApp(prefix);
        app.Settings["Tables__connectionString"] = storage.ConnectionString;
        app.Settings["Webhooks__retrySeconds"] = "0,1,1,1,2,2,2,3";
        app.Settings["Logging__LogLevel__Default"] = "Error";
        app.Settings["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information";
        await app.StartAsync();
        (var old, apps[number]) = (apps[number], app);
        old?.Dispose();
    }

    /// <summary>The first one refuses everything; the others have moods.</summary>
    private CallbackReceiver Receiver(int number)
    {
        var receiver = new CallbackReceiver();
        receiver.Answer = call =>
        {
            var happened = JsonSerializer.Deserialize<JsonElement>(call.Body);
            firstAttempts.TryAdd((number, Listener.IdOf(happened)), DateTimeOffset.UtcNow);
            var mood = Random.Shared.Next(10) switch { 0 => 500, 1 => CallbackReceiver.Break, _ => 200 };
            var status = healed ? 200 : number == 1 ? 500 : mood;
            if (status == 200) arrivals.Enqueue((number, happened));
            return status;
        };
        receiver.Hold = _ => healed ? Task.CompletedTask : Random.Shared.Next(50) switch
        {
            0 when number > 1 => Task.Delay(Timeout.Infinite),
            < 10 => Task.Delay(Random.Shared.Next(300)),
            _ => Task.CompletedTask,
        };
        return receiver;
    }

    /// <summary>Contacts come, are accepted and done, as far as somebody answers.</summary>
    private async Task LiveAsync(int number)
    {
        while (Interlocked.Increment(ref livesBegun) is var life && life <= Events / EventsOfLife)
        {
            if (life % 100 == 0) Tell($"{life} contacts began, {kills} kills");
            var (id, queue) = ($"fire-{life}", 1 + life % Receivers);
            if (await TrySendAsync(number, "contacts", new { contactId = id, queueId = queue })) acknowledged.Add(id);
            await TrySendAsync(number, $"contacts/{id}/accept", new { agentId = 100 + queue });
            await TrySendAsync(number, $"contacts/{id}/complete", new { });
        }
    }

    private async Task<bool> TrySendAsync(int number, string path, object body)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var answer = await client.Through(apps[(number + attempt) % Instances]!.Http).SendAsync(HttpMethod.Post, path, body);
                return answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Conflict;
            }
            catch (Exception error) when (error is HttpRequestException or ObjectDisposedException or OperationCanceledException)
            {
                await Task.Delay(50);
            }
        }
        return false;
    }

    /// <summary>By turns, as long as contacts live.</summary>
    private async Task KillAsync(Task lives)
    {
        if (KillSeconds == 0)
        {
            const int Half = 2 * EventsOfLife;
            await Eventually.IsTrueAsync("contacts live on", () => Task.FromResult(Volatile.Read(ref livesBegun) >= Events / Half));
            await KillNextAsync();
            return;
        }
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(KillSeconds));
        while (await timer.WaitForNextTickAsync() && !lives.IsCompleted) await KillNextAsync();
    }

    private Task KillNextAsync()
    {
        var number = kills++ % Instances;
        apps[number]!.Kill();
        return StartAsync(number);
    }

    private async Task VerifyAsync(Dictionary<int, int> subscriptions, double seconds, long calls, int attempted)
    {
        // A later instance, to which the leases of the dead ones are over.
        await using var app = await ClockedApp.StartAsync(("Tables:NamePrefix", prefix), ("Webhooks:RetrySeconds", "0,1,1,1,2,2,2,3"));
        var behind = DateTimeOffset.UtcNow.AddSeconds(31) - app.Clock.GetUtcNow();
        if (behind > TimeSpan.Zero) app.Clock.Advance(behind);
        account = account.Through(app.Http);
        await account.AuthenticateAsync();
        client = new RoutingClient(account, app.Http);
        var live = app.Services.GetRequiredService<LiveTable>();
        for (int left; (left = await LeftAsync()) > 0;)
        {
            Tell($"{left} deliveries are left");
            await Eventually.IsTrueAsync("fewer are left to tell", async () =>
            {
                await app.SweepAfterAsync(5);
                return await LeftAsync() < left;
            });
        }
        app.Clock.Advance(TimeSpan.FromSeconds(11));

        var feed = await ReadAsync("events?types=contact.*&limit=500", "&after=", "next");
        var letters = await ReadAsync("dead-letters?limit=200", "&cursor=", "nextCursor");
        var dead = letters.Select(letter =>
            (subscriptions[letter.GetProperty("subscriptionId").GetInt32()], Listener.IdOf(letter.GetProperty("event")))
        ).ToHashSet();
        var came = arrivals.Select(call => (call.Receiver, Id: Listener.IdOf(call.Event))).ToHashSet();
        var expected = feed.Select(happened => (happened.GetProperty("data").GetProperty("queueId").GetInt32(), Listener.IdOf(happened)))
            .ToList();
        Assert.Equal(expected.Count, expected.Distinct().Count());
        Assert.DoesNotContain(expected, one => !came.Contains(one) && !dead.Contains(one));
        Assert.Empty(came.Except(expected));
        var begun = feed.Where(happened => Listener.TypeOf(happened) == "contact.arrived")
            .Select(happened => happened.GetProperty("subject").GetString()!["contact:".Length..]).ToHashSet();
        Assert.Empty(acknowledged.Except(begun));

        foreach (var subject in feed.GroupBy(happened => happened.GetProperty("subject").GetString()))
        {
            var sequences = subject.Select(Listener.SequenceOf).ToList();
            Assert.Equal(Enumerable.Range(0, sequences.Count).Select(index => sequences[0] + index), sequences);
        }
        foreach (var told in arrivals.GroupBy(call => (call.Receiver, call.Event.GetProperty("subject").GetString())))
        {
            var sequences = told.Select(call => call.Event).DistinctBy(Listener.IdOf).Select(Listener.SequenceOf).ToList();
            Assert.Equal(sequences.Order(), sequences);
        }

        var times = feed.ToDictionary(Listener.IdOf, happened => happened.GetProperty("occurredAt").GetDateTimeOffset());
        var delays = firstAttempts.Where(attempt => times.ContainsKey(attempt.Key.Id))
            .Select(attempt => (attempt.Value - times[attempt.Key.Id]).TotalMilliseconds).Order().ToList();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Receivers} receivers, {Instances} instances, {kills} kills, {seconds:F0} s
            {feed.Count} events, {arrivals.Count} arrivals, {arrivals.Count - came.Count} repeats, {dead.Count} dead letters
            first attempts after their commits: median {delays[delays.Count / 2]:F0} ms, p99 {delays[delays.Count * 99 / 100]:F0} ms;
            {attempted} of them while the app was killed
            {calls} storage calls while the app was killed, {(double)calls / feed.Count:F1} an event, its request's among them
            """
        ));

        Task<int> LeftAsync() => live.CountAsync(account.Id, LiveKeys.Outbox, CancellationToken.None, int.MaxValue).AsTask();
    }

    private static void Tell(string line)
    {
        if (Progress is not null) File.AppendAllLines(Progress, [line]);
    }

    private async Task<List<JsonElement>> ReadAsync(string path, string cursor, string next)
    {
        var items = new List<JsonElement>();
        for (var place = ""; ;)
        {
            var page = await client.CallAsync(HttpMethod.Get, path + (place.Length > 0 ? cursor + Uri.EscapeDataString(place) : ""));
            items.AddRange(page.GetProperty("items").EnumerateArray());
            var read = page.GetProperty(next).GetString();
            if (read is null || read == place) return items;
            place = read;
        }
    }
}
