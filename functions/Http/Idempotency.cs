using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ContactRouting.Accounts;
using ContactRouting.Storage;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Http;

/// <summary>
/// Requests that are answered once, however often they come: the answer is kept for 24 hours, sealed, since it may hold
/// secrets, under the key that the client sends. A request that never finished may be taken up again after a minute.
/// </summary>
internal sealed class Idempotency(Tables tables, KeyRing keys, TimeProvider time)
{
    public const string Header = "Idempotency-Key";

    private const int MaxKeyLength = 200;

    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Runs a request, or answers as it was answered before.</summary>
    /// <param name="owner">Whose keys these are.</param>
    /// <exception cref="DomainException">The key was used for another request, or its request still runs.</exception>
    public async Task<Reply> RunAsync(
        string owner,
        HttpRequest request,
        Func<Task<Reply>> run,
        Func<DomainException, Reply> refuse,
        CancellationToken cancellationToken
    )
    {
        var key = request.Headers[Header].ToString();
        if (key.Length == 0) return await run();
        if (key.Length > MaxKeyLength) throw DomainException.Invalid(Header, $"must be at most {MaxKeyLength} characters long.");
        var (partition, rowKey) = (owner, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));
        var record = new Remembered { Request = await HashAsync(request, cancellationToken), At = time.GetUtcNow() };
        if (await tables.Idempotency.TryInsertAsync(partition, rowKey, record, cancellationToken))
            return await AnswerAsync(partition, rowKey, record, run, refuse, cancellationToken);

        var known = await tables.Idempotency.FindAsync<Remembered>(partition, rowKey, cancellationToken) ?? throw new ConflictException();
        var age = record.At - known.Value.At;
        if (age < Life && known.Value.Request != record.Request)
            throw new DomainException(ErrorKind.Unprocessable, $"{Header} was used for another request.", Header);
        if (age < Life && known.Value.Status != 0)
            return Reply.Of(known.Value.Status, known.Value.ContentType, Unpack(keys.Open(known.Value.Body, rowKey)), known.Value.Headers);
        if (age < Patience) throw new DomainException(ErrorKind.Conflict, "The request with this key still runs.", Header);
        return await tables.Idempotency.TryReplaceAsync(partition, rowKey, record, known.ETag, cancellationToken)
            ? await AnswerAsync(partition, rowKey, record, run, refuse, cancellationToken)
            : throw new DomainException(ErrorKind.Conflict, "The request with this key still runs.", Header);
    }

    private async Task<Reply> AnswerAsync(
        string partition,
        string rowKey,
        Remembered record,
        Func<Task<Reply>> run,
        Func<DomainException, Reply> refuse,
        CancellationToken cancellationToken
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
        catch
        {
            // Nothing is known of how far it came: the client may try again at once.
            await tables.Idempotency.DeleteEntityAsync(partition, rowKey, Azure.ETag.All, CancellationToken.None);
            throw;
        }
        var (status, contentType, body, headers) = reply.Parts;
        await tables.Idempotency.UpsertEntityAsync(
            RowCodec.Write(
                partition,
                rowKey,
                record with
                {
                    Status = status,
                    ContentType = contentType,
                    Body = keys.Seal(Pack(body), rowKey),
                    Headers = headers,
                }
            ),
            Azure.Data.Tables.TableUpdateMode.Replace,
            cancellationToken
        );
        return reply;
    }

    // A column holds 32 Ki characters; a decision with all its reasons is longer as it stands.
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

/// <summary>An answer under its key; without a status while the request runs.</summary>
internal sealed record Remembered
{
    public string Request { get; init; } = "";

    public DateTimeOffset At { get; init; }

    public int Status { get; init; }

    public string? ContentType { get; init; }

    /// <summary>Sealed for its key.</summary>
    public string Body { get; init; } = "";

    public IReadOnlyDictionary<string, string> Headers { get; init; } =
        System.Collections.Immutable.ImmutableDictionary<string, string>.Empty;
}
