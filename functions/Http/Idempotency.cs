using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ContactRouting.Errors;
using ContactRouting.Keys;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Http;

/// <summary>
/// Requests that are answered once, however often they come: the answer is kept for 24 hours, sealed, since it may hold
/// secrets, under the key that the client sends. A request that never finished is taken up again as the same operation: at
/// once by the process that ran it, by others after a minute.
/// </summary>
internal sealed class Idempotency(Tables tables, KeyRing keys, TimeProvider time)
{
    public const string Header = "Idempotency-Key";

    private const int MaxKeyLength = 200;

    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // Of this process: what it began and has not finished runs still, whatever else bears its name runs no more.
    private readonly string process = Guid.NewGuid().ToString("n");
    private readonly ConcurrentDictionary<string, bool> running = new();

    /// <summary>Runs a request, or answers as it was answered before.</summary>
    /// <param name="owner">Whose keys these are.</param>
    /// <param name="cancellationToken">Of the request: it ends with its connection until it writes.</param>
    /// <param name="caller">Who of several with the same owner it is.</param>
    /// <exception cref="DomainException">The key was used for another request, or its request still runs.</exception>
    public async Task<Reply> RunAsync(
        string owner,
        HttpRequest request,
        Func<Task<Reply>> run,
        Func<DomainException, Reply> refuse,
        CancellationToken cancellationToken,
        string caller = ""
    )
    {
        var key = request.Headers[Header].ToString();
        if (key.Length == 0) return await run();
        if (key.Length > MaxKeyLength) throw DomainException.Invalid(Header, $"must be at most {MaxKeyLength} characters long.");
        var (partition, rowKey) = (owner, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller}\n{key}"))));
        var record = new Remembered
        {
            Request = await HashAsync(request, cancellationToken),
            At = time.GetUtcNow(),
            Operation = Guid.NewGuid().ToString("n"),
            Process = process,
            Attempt = Guid.NewGuid().ToString("n"),
        };
        running[record.Attempt] = true;
        try
        {
            record = await TakeAsync(partition, rowKey, record, cancellationToken);
            if (record.Status != 0)
            {
                var body = keys.Open(Encoding.UTF8.GetString(record.Body), rowKey) ?? throw Unreadable();
                return Reply.Of(record.Status, record.ContentType, Unpack(body), record.Headers);
            }
            request.HttpContext.Features.Set(new RepeatableOperation(record.Operation));
            return await AnswerAsync(partition, rowKey, record, run, refuse);
        }
        finally
        {
            running.TryRemove(record.Attempt, out _);
        }
    }

    /// <summary>Makes a request the one that works under its key.</summary>
    /// <returns>Its record, or one with the answer that was given before.</returns>
    private async Task<Remembered> TakeAsync(string partition, string rowKey, Remembered mine, CancellationToken cancellationToken)
    {
        if (await tables.Idempotency.TryInsertAsync(partition, rowKey, mine, cancellationToken)) return mine;
        var known = await tables.Idempotency.FindAsync<Remembered>(partition, rowKey, cancellationToken) ?? throw new ConflictException();
        var age = mine.At - known.Value.At;
        if (age >= Life) return await ReplaceAsync(mine);

        // The answer to the insert was lost: the record is this request's own.
        if (known.Value.Attempt == mine.Attempt) return mine;
        if (known.Value.Request != mine.Request)
            throw new DomainException(ErrorKind.Unprocessable, $"{Header} was used for another request.", Header);
        if (known.Value.Status != 0) return known.Value;
        var runs = known.Value.Process == process ? running.ContainsKey(known.Value.Attempt) : age < Patience;
        return runs ? throw StillRuns() : await ReplaceAsync(mine with { Operation = known.Value.Operation });

        async Task<Remembered> ReplaceAsync(Remembered record) =>
            await tables.Idempotency.TryReplaceAsync(partition, rowKey, record, known.ETag, cancellationToken)
            || await tables.Idempotency.FindAsync<Remembered>(partition, rowKey, cancellationToken) is { } now
                && now.Value.Attempt == mine.Attempt
                ? record
                : throw StillRuns();
    }

    private static DomainException StillRuns() => new(ErrorKind.Conflict, "The request with this key still runs.", Header);

    private static DomainException Unreadable() =>
        new(ErrorKind.Conflict, "The request with this key was answered, and the answer can no longer be read.", Header);

    private async Task<Reply> AnswerAsync(
        string partition,
        string rowKey,
        Remembered record,
        Func<Task<Reply>> run,
        Func<DomainException, Reply> refuse
    )
    {
        Reply reply;
        try
        {
            reply = await run();
        }
        catch (DomainException error) when (error.Kind is not (ErrorKind.Internal or ErrorKind.Unavailable))
        {
            reply = refuse(error);
        }

        // Whatever else fails leaves the record: how far the request came is not known, and the next one under its key goes on
        // as the same operation.
        var (status, contentType, body, headers) = await reply.PartsAsync();
        var answered = record with
        {
            Status = status,
            ContentType = contentType,
            Body = Encoding.UTF8.GetBytes(keys.Seal(Pack(body), rowKey)),
            Headers = headers,
        };
        await tables.Idempotency.UpsertAsync(partition, rowKey, answered, CancellationToken.None);
        return reply;
    }

    // A column holds 64 KiB; a decision with all its reasons may be longer as it stands.
    private static string Pack(ReadOnlyMemory<byte> body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(body.Span);
        return Convert.ToBase64String(packed.ToArray());
    }

    private static byte[] Unpack(string text)
    {
        using var body = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress)) gzip.CopyTo(body);
        return body.ToArray();
    }

    /// <summary>What makes a request the same: path, query and body.</summary>
    private static async Task<string> HashAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, cancellationToken);
        request.Body = new MemoryStream(body.ToArray());
        byte[] head = Encoding.UTF8.GetBytes($"{request.Path.Value!.TrimEnd('/')}{request.QueryString}\n");
        return Convert.ToHexStringLower(SHA256.HashData([.. head, .. body.Span]));
    }
}

/// <summary>What a request with a key is known by, however often it comes: what it makes bears this id, and is made once.</summary>
internal sealed record RepeatableOperation(string Id)
{
    /// <summary>Of a request; null where it came without a key.</summary>
    public static string? Of(HttpRequest request) => request.HttpContext.Features.Get<RepeatableOperation>()?.Id;
}

/// <summary>An answer under its key; without a status while the request runs.</summary>
internal sealed record Remembered
{
    /// <summary>The hash of what makes the request the same.</summary>
    public string Request { get; init; } = "";

    public DateTimeOffset At { get; init; }

    /// <summary>Drawn once for the key, before anything is written: what the request makes has its id from it.</summary>
    public string Operation { get; init; } = "";

    /// <summary>Who works on it: a process, and in it an attempt.</summary>
    public string Process { get; init; } = "";

    public string Attempt { get; init; } = "";

    public int Status { get; init; }

    public string? ContentType { get; init; }

    /// <summary>Sealed for its key, as text.</summary>
    public byte[] Body { get; init; } = [];

    public IReadOnlyDictionary<string, string> Headers { get; init; } =
        System.Collections.Immutable.ImmutableDictionary<string, string>.Empty;
}
