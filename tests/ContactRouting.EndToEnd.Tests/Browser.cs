using System.Collections.Concurrent;
using System.Net;
using System.Text;
using ContactRouting.Testing;
using Microsoft.Playwright;

namespace ContactRouting.EndToEnd;

/// <summary>Debian's Chromium, and pages of an origin of their own to open in it.</summary>
public sealed class Browser : IAsyncLifetime, IDisposable
{
    private static readonly string[] Candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly string? executable = Candidates.FirstOrDefault(File.Exists);
    private readonly ConcurrentDictionary<string, string> pages = new();
    private readonly HttpListener listener = new();
    private IPlaywright? playwright;
    private IBrowser? browser;

    public string Origin { get; } = $"http://127.0.0.1:{AzuriteServer.FreePort()}";

    public async Task InitializeAsync()
    {
        if (executable is null) return;
        listener.Prefixes.Add(Origin + "/");
        listener.Start();
        _ = ServeAsync();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Arguments });
    }

    /// <summary>Opens a page with this body in a context of its own.</summary>
    public async Task<IPage> OpenAsync(string body, string query = "")
    {
        Skip.If(browser is null, "No Chromium is installed.");
        var path = $"/{Guid.NewGuid():n}";
        pages[path] = $"<!doctype html><html><head><meta charset=\"utf-8\"><title>Page</title></head><body>{body}</body></html>";
        var page = await (await browser.NewContextAsync()).NewPageAsync();
        await page.GotoAsync(Origin + path + query);
        return page;
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var body = Encoding.UTF8.GetBytes(pages.GetValueOrDefault(context.Request.Url!.AbsolutePath, ""));
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
    }
}
