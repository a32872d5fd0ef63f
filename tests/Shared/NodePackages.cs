using System.Runtime.CompilerServices;

namespace ContactRouting.Testing;

/// <summary>Programs of npm that tests run: a folder under tests/ with a package.json and a lock file for each.</summary>
internal static class NodePackages
{
    public static string Folder(string name) => Path.Combine(TestsFolder(), name);

    /// <summary>Installs what a folder's lock file names, unless that was done before.</summary>
    public static async Task InstallAsync(string folder)
    {
        // Test assemblies run side by side; the one that holds the file installs.
        await using var turn = await TurnAsync(Path.Combine(folder, "obj"));
        if (File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json"))) return;
        using var npm = ChildProcess.Start("npm", ["ci", "--no-audit", "--no-fund", "--loglevel", "error"], [], folder);
        await npm.EndAsync();
        if (npm.ExitCode != 0) throw new InvalidOperationException($"npm ci in {folder} failed: {string.Join('\n', npm.Output)}");
    }

    private static async Task<FileStream> TurnAsync(string folder)
    {
        System.IO.Directory.CreateDirectory(folder);
        FileStream? turn = null;
        await Eventually.IsTrueAsync("another installation ends", () =>
        {
            try
            {
                turn = new FileStream(Path.Combine(folder, "installing"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return Task.FromResult(true);
            }
            catch (IOException)
            {
                return Task.FromResult(false);
            }
        });
        return turn!;
    }

    private static string TestsFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(Path.GetDirectoryName(file))!;
}
