using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Xunit.Abstractions;

namespace ContactRouting.EndToEnd;

/// <summary><c>tests/hostile</c> runs it with more requests and other seeds.</summary>
public sealed class HostileRequestTests(ITestOutputHelper output) : IClassFixture<AppFixture>
{
    private const int BatchSize = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly int Count = Number("HOSTILE_REQUESTS", 1000);
    private static readonly int Seed = Number("HOSTILE_SEED", 1);

    private readonly ConcurrentBag<string> faults = [];
    private readonly ConcurrentDictionary<int, int> statuses = new();
    private readonly ConcurrentBag<(double Milliseconds, HostileRequest Request)> times = [];

    [Fact]
    public async Task Hostile_requests_meet_no_fault_hang_nowhere_and_change_nothing_of_others()
    {
        var prefix = AppFixture.NewPrefix();
        await MakeTablesAsync(prefix);
        using var app = AppFixture.NewApp(prefix);
        app.Settings["Logging__LogLevel__Default"] = "Warning";
        app.Settings["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information";
        app.Settings["RingMe__requestsPerHour"] = "1000000";
        app.Settings["Webhooks__allowPrivateAddresses"] = "false";
        await app.StartAsync();
        var bystander = await FullAccount.CreateAsync(app.Http);
        var before = await bystander.Account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
        var memory = 0L;
        for (var first = 0; first < Count && faults.Count < 20; first += BatchSize)
        {
            await SendBatchAsync(app, first, Math.Min(BatchSize, Count - first));
            if (first == 0) memory = app.WorkingSet;
            using var health = await app.Http.GetAsync(new Uri("/healthz", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }
        Report(memory, app.WorkingSet, app.Output);
        Assert.True(faults.IsEmpty, $"Seed {Seed}, {faults.Count} faults:\n{string.Join("\n\n", faults.Take(20))}");
        string[] levels = ["fail:", "crit:"];
        var logged = app.Output.Where(line => levels.Any(level => line.StartsWith(level, StringComparison.Ordinal))).ToList();
        Assert.True(logged.Count == 0, $"Seed {Seed}, logged:\n{string.Join("\n", logged.Take(20))}");
        await bystander.Account.AuthenticateAsync();
        var after = await bystander.Account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration");
        Assert.Equal(before.GetRawText(), after.GetRawText());
    }

    /// <summary>Beforehand: a busy storage may take longer to make them than a timer waits, which that tells.</summary>
    private static async Task MakeTablesAsync(string prefix)
    {
        using var app = AppFixture.NewApp(prefix);
        await app.StartAsync();
        await TestAccount.CreateAsync(app.Http, configured: false);
    }

    /// <summary>At an account that is made for them and removed afterwards, whatever became of it.</summary>
    private async Task SendBatchAsync(AppProcess app, int first, int count)
    {
        var account = await FullAccount.CreateAsync(app.Http);
        var condemned = await TestAccount.CreateAsync(app.Http, configured: false);
        account.LetOperatorName(condemned);
        var configuration = (await account.Account.JsonAsync(HttpMethod.Get, "/routing/v1/configuration")).GetRawText();
        await Parallel.ForEachAsync(
            Enumerable.Range(first, count),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) =>
            {
                var request = new HostileRequests(Seed, number, account, configuration).Next();
                var begin = Stopwatch.GetTimestamp();
                await TryAsync(app, request);
                if (!request.Stalls) times.Add((Stopwatch.GetElapsedTime(begin).TotalMilliseconds, request));
            }
        );
        foreach (var request in HostileRequests.Reads(account)) await TryAsync(app, request);
        await account.Account.DeleteAsync();
    }

    private async Task TryAsync(AppProcess app, HostileRequest request)
    {
        try
        {
            using var deadline = new CancellationTokenSource(Patience);
            var answer = await RawHttp.SendAsync(app.Http.BaseAddress!, request.Bytes, request.EndsEarly, deadline.Token);
            statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
            if (Problem(request, answer) is { } problem) faults.Add($"{problem}: {answer.Status} {answer.Text}\n  {request}");
        }
        catch (OperationCanceledException)
        {
            faults.Add($"No end of an answer in {Patience.TotalMinutes} minutes\n  {request}");
        }
    }

    private static string? Problem(HostileRequest request, RawAnswer answer)
    {
        var isAllowed = answer.Status switch
        {
            0 or 505 => !request.IsSound,
            503 => answer.Headers["Retry-After"].Any(),
            _ => answer.Status < 500,
        };
        if (!isAllowed) return "Not allowed";
        if (answer.Status == 0 || request.Method == "HEAD" || answer.Body.Length == 0)
            return request.IsSound && request.Method != "HEAD" && answer.Status >= 400 ? "No body" : null;
        if (answer.Type.Contains("xml", StringComparison.Ordinal)) return IsRead(() => XDocument.Parse(answer.Text)) ? null : "No XML";
        JsonElement? json = null;
        var isJson = answer.Type.Contains("json", StringComparison.Ordinal);
        if (isJson && !IsRead(() => json = JsonSerializer.Deserialize<JsonElement>(answer.Body))) return "No JSON";
        var isShaped = json is { } shown && request.Entry.Group.IsRefusal(shown);
        return request.IsSound && answer.Status >= 400 && !isShaped ? "Not the API's shape" : null;
    }

    private static bool IsRead(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception error) when (error is JsonException or XmlException)
        {
            return false;
        }
    }

    private void Report(long memoryBefore, long memoryAfter, IEnumerable<string> log)
    {
        var sorted = times.OrderBy(time => time.Milliseconds).ToList();
        output.WriteLine($"{statuses.Values.Sum()} requests, seed {Seed}");
        output.WriteLine("statuses: " + string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")));
        output.WriteLine($"p50 {At(0.5):f1} ms, p99 {At(0.99):f1} ms, slowest {At(1):f0} ms");
        output.WriteLine($"the app's memory: {memoryBefore >> 20} MiB after {BatchSize} requests, {memoryAfter >> 20} MiB at the end");
        foreach (var slow in sorted.TakeLast(3).Reverse()) output.WriteLine($"{slow.Milliseconds:f0} ms: {slow.Request}");
        var warnings = log.Where(line => line.StartsWith("warn:", StringComparison.Ordinal));
        foreach (var lines in warnings.CountBy(line => line[..Math.Min(line.Length, 140)]))
            output.WriteLine($"{lines.Value} times {lines.Key}");

        double At(double share) => sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))].Milliseconds;
    }

    private static int Number(string name, int standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
}
