using ContactRouting.EndToEnd.Documents;
using Microsoft.Playwright;

namespace ContactRouting.EndToEnd.Pages;

/// <summary>Pictures of the pages for the documents: UPDATE_DOCS=1 takes them anew.</summary>
internal static class Screenshot
{
    /// <param name="name">Of the file in docs/images.</param>
    public static async Task TakeAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") != "1") return;
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.SetViewportSizeAsync(1280, 860);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Document.Root, "docs", "images", $"{name}.png") });
    }
}
