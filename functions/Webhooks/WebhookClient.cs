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

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly bool allowPrivate;
    private readonly HttpClient http;

    public WebhookClient(IOptions<WebhooksOptions> options)
    {
        allowPrivate = options.Value.AllowPrivateAddresses;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = ConnectAsync,
            ActivityHeadersPropagator = null,
        })
        { Timeout = Timeout };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("ContactRouting");
    }

    /// <summary>Sends a request; it arrived if the answer is 2xx.</summary>
    /// <returns>Null where it arrived, else in short why not; never the URL, which may hold secrets.</returns>
    public async Task<string?> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Timeout);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            await DrainAsync(answer, deadline.Token);
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
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = addresses.Where(address => allowPrivate || PublicAddress.IsPublic(address)).ToArray();
        if (allowed.Length == 0) throw new AddressRefusedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class AddressRefusedException : IOException;
}
