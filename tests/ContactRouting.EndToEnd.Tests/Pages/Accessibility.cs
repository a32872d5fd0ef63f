using ContactRouting.Testing;
using Microsoft.Playwright;

namespace ContactRouting.EndToEnd.Pages;

/// <summary>What axe-core finds wrong with a page as it is shown, by the rules of WCAG 2.2 up to level AA.</summary>
internal static class Accessibility
{
    private static readonly Lazy<Task<string>> Axe = new(async () =>
    {
        var folder = NodePackages.Folder("pages");
        await NodePackages.InstallAsync(folder);
        return await File.ReadAllTextAsync(Path.Combine(folder, "node_modules", "axe-core", "axe.min.js"));
    });

    /// <summary>In light colours, and as far as colours go in dark ones.</summary>
    public static async Task HasNoFaultAsync(IPage page)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        Assert.Empty(await FaultsAsync(page, "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"));
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.Empty(await FaultsAsync(page, "color-contrast"));
    }

    /// <summary>The page's policy allows no script of another origin, so it is run from outside.</summary>
    private static async Task<string[]> FaultsAsync(IPage page, params string[] rules)
    {
        await page.EvaluateAsync(await Axe.Value);
        return await page.EvaluateAsync<string[]>(
            """
            async rules => {
              const { violations } = await axe.run({ runOnly: rules });
              return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`));
            }
            """,
            rules
        );
    }
}
