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

    /// <summary>In light and in dark colours.</summary>
    public static async Task HasNoFaultAsync(IPage page)
    {
        foreach (var colours in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = colours });
            Assert.Empty(await FaultsAsync(page));
        }
    }

    /// <summary>The page's policy allows no script of another origin, so it is run from outside.</summary>
    private static async Task<string[]> FaultsAsync(IPage page)
    {
        await page.EvaluateAsync(await Axe.Value);
        return await page.EvaluateAsync<string[]>(
            """
            async () => {
              const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
              const { violations } = await axe.run({ runOnly: tags });
              return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`));
            }
            """
        );
    }
}
