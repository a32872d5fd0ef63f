using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;

namespace ContactRouting.Webhooks;

/// <summary>
/// Calls URLs that customers name. What a connection is refused to is decided by the address that it really goes to, so
/// that no name can lead inside; no redirects, proxies or cookies; at most 64 KiB of an answer is read.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly bool allowPrivate;
    private readonly TimeProvider time;
    private readonly Func<string, IPAddress[]> resolve;
    private readonly Func<IPAddress[], int, CancellationToken, ValueTask<Stream>> connect;
    private readonly HttpClient http;

    // The lookups under way, by host.
    private readonly ConcurrentDictionary<string, Lazy<Task<IPAddress[]>>> lookups = new();

    /// <param name="resolve">Looks a host's name up; by default as the system does.</param>
    /// <param name="connect">Connects to one of the addresses that a call may go to, at a port; by default over TCP.</param>
    public WebhookClient(
        IOptions<WebhooksOptions> options,
        TimeProvider time,
        Func<string, IPAddress[]>? resolve = null,
        Func<IPAddress[], int, CancellationToken, ValueTask<Stream>>? connect = null
    )
    {
        allowPrivate = options.Value.AllowPrivateAddresses;
        (this.time, this.resolve, this.connect) = (time, resolve ?? Dns.GetHostAddresses, connect ?? ConnectAsync);
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = ConnectAsync,
            ConnectTimeout = ConnectTimeout,
            ActivityHeadersPropagator = null,
        })
        { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("ContactRouting");
    }

    /// <summary>Sends a request; it arrived if the answer is 2xx.</summary>
    public async Task<WebhookAnswer> SendAsync(HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            using var deadline = new CancellationTokenSource(timeout, time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end.Token);
            return new WebhookAnswer(answer.IsSuccessStatusCode ? null : $"answered {(int)answer.StatusCode}")
            {
                Status = (int)answer.StatusCode,
                RetryAfter = answer.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - time.GetUtcNow() : null,
                Text = await ReadAsync(answer, end.Token),
            };
        }
        catch (HttpRequestException error)
        {
            return new WebhookAnswer(
                error.InnerException is AddressRefusedException
                    ? "leads to an address that is not public"
                    : $"could not be called: {error.HttpRequestError}"
            );
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookAnswer($"did not answer within {timeout.TotalSeconds} s");
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>
    /// The beginning of an answer. One that is read to its end leaves its connection to the next call; whether it can be read
    /// does not matter.
    /// </summary>
    private static async Task<string> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var (kept, text) = (0, new byte[WebhookAnswer.MaxTextBytes]);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[8 * 1024];
            for (var total = 0; total < MaxAnswerBytes;)
            {
                var read = await body.ReadAsync(buffer, cancellationToken);
                if (read == 0) break;
                total += read;
                var some = Math.Min(read, text.Length - kept);
                buffer.AsSpan(0, some).CopyTo(text.AsSpan(kept));
                kept += some;
            }
        }
        catch (Exception error) when (error is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status line came, and it alone decides.
        }
        return Encoding.UTF8.GetString(text, 0, kept);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await LookUpAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = addresses.Where(address => allowPrivate || PublicAddress.IsPublic(address)).ToArray();
        return allowed.Length > 0
            ? await connect(allowed, context.DnsEndPoint.Port, cancellationToken)
            : throw new AddressRefusedException();
    }

    private static async ValueTask<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Looks a name up on a thread of its own, one for each name: a lookup blocks its thread until the name servers answer or
    /// are given up, and the pool's threads serve everybody.
    /// </summary>
    private Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address)) return Task.FromResult<IPAddress[]>([address]);
        var lookup = lookups.GetOrAdd(host, name => new(() => Task.Factory.StartNew(() =>
        {
            try
            {
                return resolve(name);
            }
            finally
            {
                lookups.TryRemove(name, out _);
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return lookup.Value.WaitAsync(cancellationToken);
    }

    private sealed class AddressRefusedException : IOException;
}

/// <summary>How a call ended.</summary>
/// <param name="Failure">Null where it arrived, else in short why not; never the URL, which may hold secrets.</param>
internal sealed record WebhookAnswer(string? Failure)
{
    public const int MaxTextBytes = 1024;

    /// <summary>Of the answer; null where none came.</summary>
    public int? Status { get; init; }

    /// <summary>How long the receiver wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The answer's beginning, as UTF-8.</summary>
    public string Text { get; init; } = "";
}
