using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace ContactRouting.Webhooks;

/// <summary>
/// Calls URLs that customers name. What a connection is refused to is decided by the address that it really goes to, so
/// that no name can lead inside; no redirects, proxies or cookies; 10 s a call; at most 64 KiB of an answer is read.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;

    /// <summary>How long a call may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

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
            ConnectTimeout = Timeout,
            ActivityHeadersPropagator = null,
        })
        { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("ContactRouting");
    }

    /// <summary>Sends a request; it arrived if the answer is 2xx.</summary>
    /// <returns>Null where it arrived, else in short why not; never the URL, which may hold secrets.</returns>
    public async Task<string?> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var deadline = new CancellationTokenSource(Timeout, time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end.Token);
            await DrainAsync(answer, end.Token);
            return answer.IsSuccessStatusCode ? null : $"answered {(int)answer.StatusCode}";
        }
        catch (HttpRequestException error)
        {
            return error.InnerException is AddressRefusedException
                ? "leads to an address that is not public"
                : $"could not be called: {error.HttpRequestError}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"did not answer within {Timeout.TotalSeconds} s";
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>An answer that is read to its end leaves its connection to the next call; whether it can be read does not matter.</summary>
    private static async Task DrainAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[8 * 1024];
            for (var total = 0; total < MaxAnswerBytes;)
            {
                var read = await body.ReadAsync(buffer, cancellationToken);
                if (read == 0) return;
                total += read;
            }
        }
        catch (Exception error) when (error is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status line came, and it alone decides.
        }
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
