using System.Threading.Channels;

namespace ContactRouting.Webhooks;

/// <summary>A subject of which somebody has to be told.</summary>
/// <param name="Subject">Its key.</param>
internal readonly record struct DeliveryTarget(int AccountId, string Subject);

/// <summary>A piece of work: a look at what is to be told of a subject, or the calls to one of the URLs.</summary>
/// <param name="Url">Null for the look.</param>
/// <param name="Host">Whom it may have to wait for: host and port of the URL, or the account's rows.</param>
internal readonly record struct Delivery(DeliveryTarget Target, string? Url, string Host)
{
    public static Delivery Look(DeliveryTarget target) => new(target, null, $"rows of {target.AccountId}");

    public static Delivery Calls(DeliveryTarget target, string url) => new(target, url, HostOf(url));

    public static string HostOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Authority : "";
}

/// <summary>Work whose turn has come.</summary>
/// <param name="Loaded">What the calls are about; null where they had to wait, so that it has to be read anew.</param>
internal readonly record struct DeliveryTurn(Delivery Delivery, DeliveryLane? Loaded);

/// <summary>
/// What this process is to deliver soon. Work at a host and work of an account go on in parallel up to a limit, all of them
/// up to another, which an account that has nothing under way may exceed by one: nobody waits for somebody else's receivers.
/// Of its account's places a host takes no more than it leaves free, so that hosts that hang leave some to the others.
/// It may be lost with the process: the outbox keeps the events, and the timer announces them again.
/// </summary>
internal sealed class DeliveryQueue
{
    public const int MostAtHost = 32;
    public const int MostOfAccount = 64;
    public const int Most = 512;
    public const int MostWaitingOfAccount = 10_000;

    private readonly Lock turn = new();
    private readonly Channel<DeliveryTurn> turns = Channel.CreateUnbounded<DeliveryTurn>();

    // With the work that is under way, whether it was asked for again meanwhile.
    private readonly Dictionary<Delivery, bool> running = [];
    private readonly Dictionary<string, int> runningAtHost = [];
    private readonly Dictionary<int, int> runningOfAccount = [];
    private readonly Dictionary<(int AccountId, string Host), int> runningOfAccountAtHost = [];

    // Of whom there is news that nobody looked at yet.
    private readonly HashSet<DeliveryTarget> news = [];

    // What waits, also by account, and in what order accounts have their turns.
    private readonly HashSet<Delivery> waiting = [];
    private readonly Dictionary<int, WaitingWork> waitingOfAccount = [];
    private readonly Queue<int> rounds = [];

    public ChannelReader<DeliveryTurn> Turns => turns.Reader;

    /// <summary>Announces new events.</summary>
    /// <param name="subjects">Of whom somebody has to be told, by their keys.</param>
    public void Announce(int accountId, IEnumerable<string> subjects)
    {
        foreach (var subject in subjects) Announce(new DeliveryTarget(accountId, subject), isNews: true);
    }

    /// <param name="isNews">Whether there is a reason to try at once what failed a moment ago.</param>
    public void Announce(DeliveryTarget target, bool isNews)
    {
        if (isNews) lock (turn) news.Add(target);
        Add(Delivery.Look(target));
    }

    /// <summary>Whether there was news of a subject since it was asked last.</summary>
    public bool TakeNews(DeliveryTarget target)
    {
        lock (turn) return news.Remove(target);
    }

    /// <summary>Adds work; nothing where it waits already, and once more afterwards where it is under way.</summary>
    /// <param name="loaded">Forgotten where the work has to wait.</param>
    public void Add(Delivery delivery, DeliveryLane? loaded = null)
    {
        lock (turn)
        {
            if (running.ContainsKey(delivery)) running[delivery] = true;
            else if (waiting.Contains(delivery)) return;
            else if (HasRoom(delivery.Target.AccountId) && HasRoom(delivery.Target.AccountId, delivery.Host)) Start(delivery, loaded);
            else Wait(delivery);
        }
    }

    /// <summary>Says that work has ended, which gives its place to the next.</summary>
    public void End(Delivery delivery)
    {
        lock (turn)
        {
            running.Remove(delivery, out var again);
            Count(delivery, -1);
            StartWaiting();
            if (again) Add(delivery);
        }
    }

    private void StartWaiting()
    {
        var served = new List<int>();
        for (var left = rounds.Count; left > 0; left--)
        {
            var accountId = rounds.Dequeue();
            var work = waitingOfAccount[accountId];
            if (!HasRoom(accountId) || work.Take(host => HasRoom(accountId, host)) is not { } next)
            {
                rounds.Enqueue(accountId);
                continue;
            }
            waiting.Remove(next);
            Start(next, null);
            if (work.Count > 0) served.Add(accountId);
            else waitingOfAccount.Remove(accountId);
        }

        // Behind those that are still to be served.
        served.ForEach(rounds.Enqueue);
    }

    private bool HasRoom(int accountId, string host) =>
        runningAtHost.GetValueOrDefault(host) < MostAtHost
        && runningOfAccountAtHost.GetValueOrDefault((accountId, host)) < MostOfAccount - runningOfAccount.GetValueOrDefault(accountId);

    private bool HasRoom(int accountId) =>
        runningOfAccount.GetValueOrDefault(accountId) is var own and < MostOfAccount && (running.Count < Most || own == 0);

    private void Start(Delivery delivery, DeliveryLane? loaded)
    {
        running.Add(delivery, false);
        Count(delivery, 1);
        turns.Writer.TryWrite(new DeliveryTurn(delivery, loaded));
    }

    private void Wait(Delivery delivery)
    {
        var accountId = delivery.Target.AccountId;
        if (!waitingOfAccount.TryGetValue(accountId, out var work))
        {
            waitingOfAccount[accountId] = work = new WaitingWork();
            rounds.Enqueue(accountId);
        }
        if (work.Count == MostWaitingOfAccount) return;
        work.Add(delivery);
        waiting.Add(delivery);
    }

    private void Count(Delivery delivery, int by)
    {
        Count(runningAtHost, delivery.Host, by);
        Count(runningOfAccount, delivery.Target.AccountId, by);
        Count(runningOfAccountAtHost, (delivery.Target.AccountId, delivery.Host), by);
    }

    private static void Count<TKey>(Dictionary<TKey, int> counts, TKey key, int by)
        where TKey : notnull
    {
        var count = counts.GetValueOrDefault(key) + by;
        if (count > 0) counts[key] = count;
        else counts.Remove(key);
    }

    /// <summary>What an account waits to have done: a lane for each host, which have their turns one after another.</summary>
    private sealed class WaitingWork
    {
        private readonly Dictionary<string, Queue<Delivery>> lanes = [];
        private readonly Queue<string> rounds = [];

        public int Count { get; private set; }

        public void Add(Delivery delivery)
        {
            if (!lanes.TryGetValue(delivery.Host, out var lane))
            {
                lanes[delivery.Host] = lane = [];
                rounds.Enqueue(delivery.Host);
            }
            lane.Enqueue(delivery);
            Count++;
        }

        /// <summary>The next at a host that has room, or null.</summary>
        public Delivery? Take(Func<string, bool> hasRoom)
        {
            for (var left = rounds.Count; left > 0; left--)
            {
                var host = rounds.Dequeue();
                var next = hasRoom(host) ? lanes[host].Dequeue() : (Delivery?)null;
                if (lanes[host].Count > 0) rounds.Enqueue(host);
                else lanes.Remove(host);
                if (next is null) continue;
                Count--;
                return next;
            }
            return null;
        }
    }
}
