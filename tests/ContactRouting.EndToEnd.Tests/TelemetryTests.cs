using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using ContactRouting.Testing;

namespace ContactRouting.EndToEnd;

/// <summary>What the app tells of itself to those who watch it.</summary>
public sealed class TelemetryTests : IClassFixture<AppFixture>
{
    [Fact]
    public async Task Login_its_storage_calls_and_the_callback_that_it_causes_are_one_trace()
    {
        var spans = new ConcurrentQueue<Activity>();
        var trace = ActivityTraceId.CreateRandom();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ContactRouting",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == trace) spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var app = await ClockedApp.StartAsync();
        using var receiver = new CallbackReceiver();
        var account = await TestAccount.CreateAsync(app.Http);
        var subscription = new { url = $"{receiver.Origin}/told?secret=hidden", event_type = "agent-login", method = "GET" };
        using var created = await account.SendAsync(HttpMethod.Post, "/client/@me/agent/local/136/event", subscription);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);

        using var login = new HttpRequestMessage(
            HttpMethod.Get,
            account.SinkUri("?agent_id=136&agent_status=available&agent_type=local&event_source=phone")
        );
        login.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using var answer = await app.Http.SendAsync(login);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await receiver.ReceivedAsync(1);
        await Eventually.IsTrueAsync(
            "the callback's span ends",
            () => Task.FromResult(spans.Any(span => span.OperationName == "callback"))
        );

        var request = Assert.Single(spans, span => span.Kind == ActivityKind.Server);
        Assert.Equal("GET /hooks/{}/agent-events", request.DisplayName);
        var storage = spans.Where(span => span.OperationName.StartsWith("storage ", StringComparison.Ordinal)).ToList();
        Assert.Contains(storage, span => span.OperationName == "storage read" && span.ParentSpanId == request.SpanId);
        Assert.Contains(storage, span => span.OperationName == "storage transaction" && span.ParentSpanId == request.SpanId);
        var callback = Assert.Single(spans, span => span.OperationName == "callback");
        Assert.Equal((request.SpanId, "127.0.0.1"), (callback.ParentSpanId, callback.GetTagItem("server.address")));
        var told = string.Join(
            '\n',
            spans.SelectMany(span => span.TagObjects.Select(tag => $"{span.DisplayName} {tag.Key}={tag.Value}"))
        );
        foreach (var hidden in new[] { account["sinkToken"], "000*094", "hidden", "PartitionKey" })
            Assert.DoesNotContain(hidden, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exported_metrics_tell_of_requests_decisions_offers_and_storage_calls_by_route_and_never_by_path()
    {
        using var receiver = new OtlpReceiver();
        using var app = AppFixture.NewApp(AppFixture.NewPrefix());
        receiver.ReceiveFrom(app);
        await app.StartAsync();
        var account = await AppFixture.CreateAccountAsync(app.Http);
        await account.SinkAsync("available");
        var client = new RoutingClient(account, app.Http);
        await client.ArriveAsync(new { agentId = 136 });
        var told = "";
        string[] expected =
        [
            "contactrouting.request.duration", "/routing/v1/contacts", "contactrouting.decisions", "contactrouting.offers",
            "contactrouting.storage.call.duration", "contactrouting.contacts.waiting", "contactrouting.outbox.depth", "transaction",
        ];
        await Eventually.IsTrueAsync("every measure arrives", () =>
        {
            told += receiver.ReadNew();
            return Task.FromResult(expected.All(name => told.Contains(name, StringComparison.Ordinal)));
        });
        foreach (var secret in account.Secrets) Assert.DoesNotContain(secret, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exporter_that_is_none_of_ours_stops_the_start_with_a_line_that_names_it()
    {
        using var app = AppFixture.NewApp(AppFixture.NewPrefix());
        app.Settings["Telemetry__exporter"] = "elsewhere";
        Assert.Equal(1, await app.RunToEndAsync());
        Assert.Contains(app.Output, line => line.Contains("Telemetry__exporter", StringComparison.Ordinal));
    }
}
