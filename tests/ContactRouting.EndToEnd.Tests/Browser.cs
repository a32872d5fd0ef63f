using System.Collections.Concurrent;
using ContactRouting.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace ContactRouting.EndToEnd;

/// <summary>Debian's Chromium, and pages of an origin of their own to open in it.</summary>
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
    ];

    /// <summary>Milliseconds.</summary>
    private const float Patience = 120_000;

    private readonly string? executable = Candidates.FirstOrDefault(File.Exists);
    private readonly ConcurrentDictionary<string, string> pages = new();
    private readonly WebApplication server;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public Browser() => server = WebServer.Start(context =>
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(pages.GetValueOrDefault(context.Request.Path, ""));
    });

    public string Origin => server.Urls.Single();

    public async Task InitializeAsync()
    {
        if (executable is null) return;
        Assertions.SetDefaultExpectTimeout(Patience);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Arguments, Timeout = Patience });
    }

    /// <summary>Opens a page with this body in a context of its own, with a clock that the test can move forward.</summary>
    public async Task<IPage> OpenAsync(string body, string query = "")
    {
        Skip.If(browser is null, "No Chromium is installed.");
        var path = $"/{Guid.NewGuid():n}";
        pages[path] = $"<!doctype html><html><head><meta charset=\"utf-8\"><title>Page</title></head><body>{body}</body></html>";
        var page = await (await browser.NewContextAsync()).NewPageAsync();
        page.SetDefaultTimeout(Patience);
        await page.Clock.InstallAsync();
        await page.GotoAsync(Origin + path + query);
        return page;
    }

    /// <summary>Visits a page of the app in a context of its own; everything that it asks for is told.</summary>
    public async Task<IPage> VisitAsync(string url, Action<string> asked)
    {
        Skip.If(browser is null, "No Chromium is installed.");
        var page = await (await browser.NewContextAsync()).NewPageAsync();
        page.SetDefaultTimeout(Patience);
        page.Request += (_, request) => asked(request.Url);
        page.Console += (_, message) => asked($"console {message.Type}: {message.Text}");
        await page.GotoAsync(url);
        return page;
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }

    public void Dispose() => ((IDisposable)server).Dispose();
}
