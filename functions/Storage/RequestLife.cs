namespace ContactRouting.Storage;

/// <summary>
/// How long a request works. Until its first write it ends with its connection, since nobody waits for it any more; from then
/// on only with a deadline of its own, so that what it began is finished and its answer recorded.
/// </summary>
internal sealed class RequestLife : IDisposable
{
    /// <summary>From the first write on.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(100);

    private static readonly AsyncLocal<RequestLife?> Current = new();

    private readonly Lock gate = new();
    private readonly CancellationTokenSource source = new();
    private readonly CancellationToken connection;
    private readonly CancellationTokenRegistration registration;
    private bool writes;
    private bool isCutOff;

    private RequestLife(CancellationToken connection)
    {
        this.connection = connection;
        registration = connection.Register(CutOff);
    }

    /// <summary>Whether its connection ended it.</summary>
    public bool IsCutOff => isCutOff;

    /// <summary>Whether it wrote for too long.</summary>
    public bool IsOver => !isCutOff && source.IsCancellationRequested;

    /// <summary>Begins a request, for all that is awaited from here until it is disposed of.</summary>
    /// <param name="connection">Cancelled when the client has gone.</param>
    public static RequestLife Begin(CancellationToken connection) => Current.Value = new RequestLife(connection);

    /// <summary>The token to wait with: in place of a connection's that of its request.</summary>
    public static CancellationToken Of(CancellationToken cancellationToken) =>
        Current.Value is { } life && life.connection == cancellationToken ? life.source.Token : cancellationToken;

    /// <summary>The request is about to write.</summary>
    /// <param name="deadline">Where it is not the usual one.</param>
    /// <exception cref="OperationCanceledException">Its connection has ended it before.</exception>
    public static void BeginWriting(TimeSpan? deadline = null)
    {
        if (Current.Value is not { } life) return;
        lock (life.gate)
        {
            life.source.Token.ThrowIfCancellationRequested();
            if (!life.writes) life.source.CancelAfter(deadline ?? Deadline);
            life.writes = true;
        }
    }

    public void Dispose()
    {
        Current.Value = null;
        registration.Dispose();
        source.Dispose();
    }

    private void CutOff()
    {
        lock (gate)
        {
            if (writes) return;
            isCutOff = true;
        }
        source.Cancel();
    }
}
