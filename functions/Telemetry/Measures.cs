using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ContactRouting.Telemetry;

/// <summary>What is measured, under one meter. No value and no tag holds what a guest, a path or a credential says.</summary>
internal static class Measures
{
    public const string Name = "ContactRouting";

    private static readonly Meter Source = new(Name);

    // In seconds.
    private static readonly double[] Short = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] Long = [1, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 86_400];
    private static readonly long[] Counts = [0, 1, 2, 5, 10, 20, 50, 100, 500, 1000, 10_000];

    /// <summary>Tags: <c>http.request.method</c>, <c>http.route</c>, <c>http.response.status_code</c>.</summary>
    public static readonly Histogram<double> Requests =
        Duration("contactrouting.request.duration", Short, "How long requests took until their answer was ready.");

    /// <summary>Tag: <c>outcome</c>, as a decision says it.</summary>
    public static readonly Counter<long> Decisions =
        Source.CreateCounter<long>("contactrouting.decisions", description: "Decisions that were committed.");

    /// <summary>Tag: <c>result</c>: made, accepted, declined, unanswered, revoked or withdrawn.</summary>
    public static readonly Counter<long> Offers =
        Source.CreateCounter<long>("contactrouting.offers", description: "Offers, and what became of them.");

    public static readonly Histogram<long> Waiting =
        Number("contactrouting.contacts.waiting", "Contacts that wait in an account, at each visit.");

    public static readonly Histogram<double> LongestWait =
        Duration("contactrouting.contacts.longest_wait", Long, "How long the first of an account's waiting contacts waits, at each visit.");

    public static readonly Histogram<double> SnapshotAge =
        Duration("contactrouting.snapshot.age", Long, "How old the snapshots were that the export read.");

    public static readonly Histogram<double> DeliveryLatency =
        Duration("contactrouting.delivery.latency", Long, "From an event's commit to the callback that arrived.");

    public static readonly Counter<long> DeadLetters =
        Source.CreateCounter<long>("contactrouting.delivery.dead_letters", description: "Callbacks that were given up.");

    public static readonly Histogram<long> OutboxDepth =
        Number("contactrouting.outbox.depth", "Events of an account that wait for delivery, at each visit.");

    /// <summary>Tags: <c>operation</c>: read, range, write, delete or transaction; <c>table</c>, but for a transaction.</summary>
    public static readonly Histogram<double> StorageCalls =
        Duration("contactrouting.storage.call.duration", Long, "How long the storage took, with all attempts.");

    private static Histogram<double> Duration(string name, double[] bounds, string description) =>
        Source.CreateHistogram(name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    private static Histogram<long> Number(string name, string description) =>
        Source.CreateHistogram(name, null, description, advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = Counts });

    public static double SecondsSince(long timestamp) => Stopwatch.GetElapsedTime(timestamp).TotalSeconds;
}
