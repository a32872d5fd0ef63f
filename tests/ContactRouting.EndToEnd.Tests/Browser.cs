using System.Collections.Concurrent;
using ContactRouting.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace ContactRouting.EndToEnd;

/// <summary>Debian's Chromium, one for all who hold it at the same time, and pages of an origin of their own to open in it.</summary>
public sealed class Browser : IAsyncLifetime, IDisposable
{
    private static readonly string[] Candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--renderer-process-limit=1",
    ];

    /// <summary>Milliseconds.</summary>
    private const float Patience = 120_000;

    private static readonly string? Executable = Candidates.FirstOrDefault(File.Exists);
    private static readonly Shared<Engine> Chromium = new(StartAsync);

    private readonly ConcurrentDictionary<string, string> pages = new();
    private readonly WebApplication server;
    private IBrowser? browser;
    private IBrowserContext? context;

    public Browser() => server = WebServer.Start(context =>
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(pages.GetValueOrDefault(context.Request.Path, ""));
    });

    public string Origin => server.Urls.Single();

    public async Task InitializeAsync()
    {
        if (Executable is not null) browser = (await Chromium.HoldAsync()).Browser;
    }

    /// <summary>Opens a page with this body, with a clock that the test can move forward.</summary>
    public async Task<IPage> OpenAsync(string body, string query = "")
    {
        var path = $"/{Guid.NewGuid():n}";
        pages[path] = $"<!doctype html><html><head><meta charset=\"utf-8\"><title>Page</title></head><body>{body}</body></html>";
        var page = await NewPageAsync();
        await page.Clock.InstallAsync();
        await page.GotoAsync(Origin + path + query);
        return page;
    }

    /// <summary>Visits a page of the app; everything that it asks for is told.</summary>
    public async Task<IPage> VisitAsync(string url, Action<string> asked)
    {
        var page = await NewPageAsync();
        page.Request += (_, request) => asked(request.Url);
        page.Console += (_, message) => asked($"console {message.Type}: {message.Text}");
        await page.GotoAsync(url);
        return page;
    }

    public async Task DisposeAsync()
    {
        if (context is not null) await context.CloseAsync();
        if (browser is not null) await Chromium.ReturnAsync();
    }

    public void Dispose() => ((IDisposable)server).Dispose();

    /// <summary>The page of the test before is closed.</summary>
    private async Task<IPage> NewPageAsync()
    {
        Skip.If(browser is null, "No Chromium is installed.");
        if (context is not null) await context.CloseAsync();
        context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        return page;
    }

    private static async Task<Engine> StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        var playwright = await Playwright.CreateAsync();
        return new Engine(
            playwright,
            await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Arguments, Timeout = Patience })
        );
    }

    /// <summary>Its browser ends with Playwright.</summary>
    private sealed record Engine(IPlaywright Playwright, IBrowser Browser) : IDisposable
    {
        public void Dispose() => Playwright.Dispose();
    }
}
