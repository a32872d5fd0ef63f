using System.Net;
using ContactRouting.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ContactRouting.EndToEnd;

/// <summary>What a <see cref="StorageProxy"/> does with requests.</summary>
public enum StorageFault
{
    None,

    /// <summary>Nothing comes back, and nothing arrives.</summary>
    Stall,

    /// <summary>The storage says that it is busy.</summary>
    Throttle,

    /// <summary>The connection breaks before anything arrives.</summary>
    Break,

    /// <summary>Transactions arrive; the connection breaks in place of their answers.</summary>
    LoseAnswers,
}

/// <summary>Stands between an app and Azurite, and makes faults on demand.</summary>
public sealed class StorageProxy : IAsyncDisposable
{
    private static readonly string[] NotForwarded = ["Host", "Transfer-Encoding", "Connection", "Keep-Alive"];

    private readonly AzuriteServer azurite = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly WebApplication server;
    private Uri target = null!;

    private StorageProxy() => server = WebServer.Start(ServeAsync);

    public StorageFault Fault { get; set; }

    /// <summary>What a request waits for before it goes on, by its path: it arrives then, also where nobody waits for its answer.</summary>
    public Func<string, Task> Hold { get; set; } = _ => Task.CompletedTask;

    public string ConnectionString { get; private set; } = "";

    public static async Task<StorageProxy> StartAsync()
    {
        var proxy = new StorageProxy();
        await proxy.azurite.InitializeAsync();
        var endpoint = proxy.azurite.ConnectionString.Split("TableEndpoint=")[1].TrimEnd(';');
        proxy.target = new Uri(endpoint);
        proxy.ConnectionString = proxy.azurite.ConnectionString.Replace(
            $"http://{proxy.target.Authority}",
            proxy.server.Urls.Single(),
            StringComparison.Ordinal
        );
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        http.Dispose();
        await azurite.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        switch (Fault)
        {
            case StorageFault.Stall:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            case StorageFault.Throttle:
                context.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
                context.Response.Headers["x-ms-error-code"] = "ServerBusy";
                return;
            case StorageFault.Break:
                context.Abort();
                return;
            default:
                await ForwardAsync(context);
                return;
        }
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"http://{target.Authority}{path}");
        if (context.Request.ContentLength > 0)
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            body.Position = 0;
            request.Content = new StreamContent(body);
        }
        foreach (var (name, value) in context.Request.Headers.Where(header => !NotForwarded.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, value.AsEnumerable());
        }
        var hold = Hold(path);
        var patience = hold.IsCompleted ? context.RequestAborted : CancellationToken.None;
        await hold;
        using var answer = await http.SendAsync(request, patience);
        if (Fault == StorageFault.LoseAnswers && path.EndsWith("$batch", StringComparison.Ordinal))
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, value) in answer.Headers.Concat(answer.Content.Headers).Where(header => !NotForwarded.Contains(header.Key)))
            context.Response.Headers[name] = value.ToArray();
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
