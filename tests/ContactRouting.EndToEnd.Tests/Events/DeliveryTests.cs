using System.Net;
using System.Text.Json;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd.Events;

/// <summary>How subscriptions are told where that is not easy; by a clock that the test moves.</summary>
public sealed class DeliveryTests(ClockedFixture fixture) : IClassFixture<ClockedFixture>
{
    private static readonly int[] Pauses = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400];

    private readonly ClockedApp app = fixture.App;

    [Fact]
    public async Task Failed_call_is_repeated_by_the_schedule_and_dead_at_its_end_and_can_be_replayed()
    {
        await using var desk = await Desk.OneAsync(app);
        using var listener = await Listener.StartAsync(desk.Client, "agent.*");
        listener.Receiver.Answer = _ => 503;
        listener.Receiver.Text = new string('x', 1100);
        await desk.InAsync(11);
        for (var attempt = 1; attempt <= Pauses.Length; attempt++)
        {
            await desk.Account.AuthenticateAsync();
            var tried = await listener.TriedAsync(attempt);
            Assert.Equal(("pending", 503), (tried.GetProperty("status").GetString(), tried.GetProperty("answerStatus").GetInt32()));
            Assert.Equal(new string('x', 1024), tried.GetProperty("answer").GetString());
            var next = tried.GetProperty("nextAttemptAt").GetDateTimeOffset();
            var pause = (next - tried.GetProperty("lastAttemptAt").GetDateTimeOffset()).TotalSeconds;
            Assert.InRange(pause, 0.89 * Pauses[attempt - 1], 1.11 * Pauses[attempt - 1]);
            await desk.SweepAfterAsync(pause - 0.5);
            await desk.SweepAfterAsync(1);
        }
        await desk.Account.AuthenticateAsync();
        var dead = await listener.TriedAsync(Pauses.Length + 1);
        Assert.Equal(("dead", JsonValueKind.Null), (dead.GetProperty("status").GetString(), dead.GetProperty("nextAttemptAt").ValueKind));
        Assert.Equal(Pauses.Length + 1, listener.Calls.Count);
        var id = Listener.IdOf(Assert.Single(listener.Calls.DistinctBy(Listener.IdOf)));

        var letter = Assert.Single((await desk.Client.CallAsync(HttpMethod.Get, "dead-letters")).GetProperty("items").EnumerateArray());
        Assert.Equal(
            (listener.Id, Pauses.Length + 1, id),
            (
                letter.GetProperty("subscriptionId").GetInt32(),
                letter.GetProperty("attempts").GetInt32(),
                Listener.IdOf(letter.GetProperty("event"))
            )
        );
        listener.Receiver.Answer = _ => 200;
        var replayed = await listener.PostAsync("replay", new { deadLetters = true }, HttpStatusCode.Accepted);
        Assert.Equal("""{"replayed":1,"hasMore":false,"next":null}""", replayed.GetRawText());
        await listener.Receiver.ReceivedAsync(Pauses.Length + 2);
        Assert.Equal(id, Listener.IdOf(listener.Calls[^1]));
        Assert.Empty((await desk.Client.CallAsync(HttpMethod.Get, "dead-letters")).GetProperty("items").EnumerateArray());

        listener.Receiver.Answer = _ => 503;
        await desk.OutAsync(11);
        await FailedAsync(desk, listener);
        await listener.PostAsync("pause");
        await EventuallyAsync(desk, "it is a dead letter", async () => (await LettersAsync(desk)).Count == 1);
        listener.Receiver.Answer = _ => 200;
        await listener.PostAsync("resume");
        var calls = listener.Calls.Count;
        replayed = await desk.Client.CallAsync(HttpMethod.Post, "dead-letters/replay", new { }, HttpStatusCode.Accepted);
        Assert.Equal(1, replayed.GetProperty("replayed").GetInt32());
        await listener.Receiver.ReceivedAsync(calls + 1);
    }

    [Fact]
    public async Task Subscription_that_answers_410_is_switched_off_and_others_are_told_so()
    {
        await using var desk = await Desk.OneAsync(app);
        using var watcher = await Listener.StartAsync(desk.Client, "subscription.*");
        using var listener = await Listener.StartAsync(desk.Client, "agent.*");
        listener.Receiver.Answer = _ => 500;
        await desk.InAsync(11);
        await listener.TriedAsync(1);
        await desk.OutAsync(11);
        await desk.InAsync(11);
        listener.Receiver.Answer = _ => 410;
        await desk.SweepAfterAsync(31);
        var told = (await watcher.OfAsync($"subscription:{listener.Id}", 1))[0];
        Assert.Equal("subscription.disabled", Listener.TypeOf(told));
        Assert.Equal("gone", told.GetProperty("data").GetProperty("disabledReason").GetString());
        Assert.True(told.GetProperty("data").GetProperty("before").GetProperty("enabled").GetBoolean());
        var shown = await listener.GetAsync();
        Assert.Equal((false, "gone"), (shown.GetProperty("enabled").GetBoolean(), shown.GetProperty("disabledReason").GetString()));
        await EventuallyAsync(desk, "what waited is dead", async () => (await LettersAsync(desk)).Count == 3);

        // Nobody who is gone is called again.
        Assert.Equal(2, listener.Calls.Count);
        Assert.Single(listener.Calls.DistinctBy(Listener.IdOf));
    }

    [Fact]
    public async Task Subscription_that_fails_for_five_days_is_switched_off_and_one_that_is_switched_on_again_begins_anew()
    {
        await using var desk = await Desk.OneAsync(app);
        using var watcher = await Listener.StartAsync(desk.Client, "subscription.*");
        using var listener = await Listener.StartAsync(desk.Client, "agent.*");
        listener.Receiver.Answer = _ => 500;
        await desk.InAsync(11);
        await listener.TriedAsync(1);
        await PassAsync(desk, 4.9);
        await listener.TriedAsync(2);
        Assert.True((await listener.GetAsync()).GetProperty("enabled").GetBoolean());
        await PassAsync(desk, 0.2);
        var told = (await watcher.OfAsync($"subscription:{listener.Id}", 1))[0];
        Assert.Equal("failing", told.GetProperty("data").GetProperty("disabledReason").GetString());
        await EventuallyAsync(desk, "what waited is dead", async () => (await LettersAsync(desk)).Count == 1);

        // Off, nothing is a failure; on again, one failure is no reason.
        await PassAsync(desk, 6);
        var resumed = await listener.PostAsync("resume");
        Assert.Equal(
            (true, JsonValueKind.Null),
            (resumed.GetProperty("enabled").GetBoolean(), resumed.GetProperty("disabledReason").ValueKind)
        );
        var calls = listener.Calls.Count;
        await desk.OutAsync(11);
        await FailedAsync(desk, listener);
        Assert.True(listener.Calls.Count > calls);
        Assert.True((await listener.GetAsync()).GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task What_rests_while_a_subscription_is_switched_off_is_no_failure_of_its_receiver()
    {
        await using var desk = await Desk.OneAsync(app);
        using var listener = await Listener.StartAsync(desk.Client, "agent.*");
        var answers = new TaskCompletionSource();
        listener.Receiver.Hold = _ => answers.Task;
        await desk.InAsync(11);
        await listener.Receiver.ReceivedAsync(1);
        await desk.OutAsync(11);
        await listener.PostAsync("pause");
        answers.SetResult();
        await EventuallyAsync(desk, "what waited is dead", async () => (await LettersAsync(desk)).Count == 1);
        var dead = (await listener.DeliveriesAsync()).Single(item => item.GetProperty("status").GetString() == "dead");
        Assert.Equal(0, dead.GetProperty("attempts").GetInt32());
        await listener.PostAsync("resume");
        await PassAsync(desk, 6);
        listener.Receiver.Answer = _ => 500;
        await desk.InAsync(11);
        await FailedAsync(desk, listener);
        Assert.True((await listener.GetAsync()).GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task Receiver_says_when_it_wants_to_be_called_again()
    {
        await using var desk = await Desk.OneAsync(app);
        using var listener = await Listener.StartAsync(desk.Client, "agent.*");
        listener.Receiver.Answer = _ => 429;
        listener.Receiver.RetryAfter = "600";
        await desk.InAsync(11);
        var tried = await listener.TriedAsync(1);
        Assert.Equal(
            600,
            (tried.GetProperty("nextAttemptAt").GetDateTimeOffset() - tried.GetProperty("lastAttemptAt").GetDateTimeOffset()).TotalSeconds
        );
        listener.Receiver.RetryAfter = "1";
        await desk.SweepAfterAsync(601);
        tried = await listener.TriedAsync(2);
        Assert.InRange(
            (tried.GetProperty("nextAttemptAt").GetDateTimeOffset() - tried.GetProperty("lastAttemptAt").GetDateTimeOffset()).TotalSeconds,
            270,
            330
        );
    }

    [Fact]
    public async Task Waiting_call_is_brought_forward_by_news_and_by_its_host_at_most_once_in_half_a_minute()
    {
        await using var desk = await Desk.OpenAsync(app, [Desk.Queue(1)], [Desk.Agent(11, [1]), Desk.Agent(12, [1])]);
        using var listener = await Listener.StartAsync(desk.Client, "agent.*", new { agentId = 11 }, "/bad");
        using var witness = await Listener.StartAsync(desk.Client, "agent.*");
        listener.Receiver.Answer = call => call.PathAndQuery == "/bad" ? 500 : 200;
        await desk.InAsync(11);
        await AttemptsAsync(1);
        await desk.SweepAfterAsync(6);
        await AttemptsAsync(2);

        // News soon after the last attempt bring nothing forward, news later do.
        desk.App.Clock.Advance(TimeSpan.FromSeconds(20));
        await desk.OutAsync(11);
        await witness.OfAsync("agent:11", 2);
        desk.App.Clock.Advance(TimeSpan.FromSeconds(20));
        await desk.InAsync(11);
        await AttemptsAsync(3);
        Assert.Equal(3, listener.Calls.Count);

        // So does a call that arrives at the same host.
        await Listener.SubscribeAsync(desk.Client, listener.Receiver.Origin + "/good", "agent.*", new { agentId = 12 });
        desk.App.Clock.Advance(TimeSpan.FromSeconds(31));
        await desk.InAsync(12);
        await AttemptsAsync(4);
        listener.Receiver.Answer = _ => 200;
        desk.App.Clock.Advance(TimeSpan.FromSeconds(31));
        await desk.OutAsync(12);
        await Eventually.IsTrueAsync(
            "all three arrive",
            () => Task.FromResult(listener.Calls.Count(call => call.GetProperty("subject").GetString() == "agent:11") == 7)
        );
        var told = listener.Calls.Where(call => call.GetProperty("subject").GetString() == "agent:11").Select(Listener.SequenceOf).ToList();
        Assert.Equal(told.Order(), told);

        async Task AttemptsAsync(int attempts) => await Eventually.IsTrueAsync(
            $"{attempts} attempts",
            async () => (await listener.DeliveriesAsync()).Any(item => item.GetProperty("attempts").GetInt32() == attempts)
        );
    }

    [Fact]
    public async Task Replaced_secret_signs_for_a_day_beside_the_new_one()
    {
        await using var desk = await Desk.OneAsync(app);
        using var listener = await Listener.StartAsync(desk.Client, "agent.*");
        await listener.PostAsync("ping", status: HttpStatusCode.Accepted);
        await listener.Receiver.ReceivedAsync(1);
        var secret = (await listener.PostAsync("secret/rotate")).GetProperty("secret").GetString()!;
        AppFixture.Remember(secret);
        await listener.PostAsync("ping", status: HttpStatusCode.Accepted);
        await listener.Receiver.ReceivedAsync(2);
        await PassAsync(desk, 1.01);
        await listener.PostAsync("ping", status: HttpStatusCode.Accepted);
        await listener.Receiver.ReceivedAsync(3);
        var signatures = listener.Receiver.Calls.Select(call => call.Signature["webhook-signature"].Split(' ').Length);
        Assert.Equal([1, 2, 1], signatures);
        var (both, alone) = (listener.Receiver.Calls[1], listener.Receiver.Calls[2]);
        Assert.Equal("verified", await StandardWebhooks.VerifyAsync(listener.Secret, both.Signature, both.Body));
        Assert.Equal("verified", await StandardWebhooks.VerifyAsync(secret, both.Signature, both.Body));
        Assert.Equal("verified", await StandardWebhooks.VerifyAsync(secret, alone.Signature, alone.Body));
        Assert.NotEqual("verified", await StandardWebhooks.VerifyAsync(listener.Secret, alone.Signature, alone.Body));
    }

    [Fact]
    public async Task What_happened_during_a_pause_is_not_told_until_it_is_replayed_under_the_same_ids()
    {
        await using var desk = await Desk.OneAsync(app);
        using var listener = await Listener.StartAsync(desk.Client, "agent.*");
        using var witness = await Listener.StartAsync(desk.Client, "agent.*");
        await listener.PostAsync("pause");
        var begin = app.Clock.GetUtcNow();
        await desk.InAsync(11);
        await desk.SweepAfterAsync(90);
        await desk.OutAsync(11);
        await desk.InAsync(11);
        var told = await witness.OfAsync("agent:11", 3);
        await listener.PostAsync("resume");
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var replayed = await listener.PostAsync("replay", new { from = begin }, HttpStatusCode.Accepted);
        Assert.Equal((3, JsonValueKind.Null), (replayed.GetProperty("replayed").GetInt32(), replayed.GetProperty("next").ValueKind));
        var came = await listener.OfAsync("agent:11", 3);
        Assert.Equal(told.Select(Listener.IdOf), came.Select(Listener.IdOf));

        await listener.PostAsync("replay", new { eventId = Listener.IdOf(told[0]), subject = "agent:11" }, HttpStatusCode.Accepted);
        Assert.Equal(Listener.IdOf(told[0]), Listener.IdOf((await listener.OfAsync("agent:11", 4))[3]));
        object[] wishes = [new { }, new { eventId = "none", subject = "agent:11" }, new { eventId = "x" }, new { from = "noon" }];
        foreach (var wrong in wishes)
            await listener.PostAsync("replay", wrong, HttpStatusCode.BadRequest);
        Assert.Equal(4, listener.Calls.Count);
    }

    private static async Task<List<JsonElement>> LettersAsync(Desk desk) =>
        [.. (await desk.Client.CallAsync(HttpMethod.Get, "dead-letters")).GetProperty("items").EnumerateArray()];

    private static async Task PassAsync(Desk desk, double days)
    {
        desk.App.Clock.Advance(TimeSpan.FromDays(days));
        await desk.Account.AuthenticateAsync();
        await desk.SweepAfterAsync(0);
    }

    private static Task FailedAsync(Desk desk, Listener listener) =>
        EventuallyAsync(desk, "a call fails", async () =>
            (await listener.DeliveriesAsync()).Any(item => item.GetProperty("status").GetString() == "pending"));

    /// <summary>With the sweeps that a timer would make.</summary>
    private static Task EventuallyAsync(Desk desk, string what, Func<Task<bool>> condition) =>
        Eventually.IsTrueAsync(what, async () =>
        {
            await desk.SweepAfterAsync(0);
            return await condition();
        });
}
