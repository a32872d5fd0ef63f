namespace ContactRouting.Tests.Deployment;

/// <summary>A folder that goes with the test, however it ends.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo folder = System.IO.Directory.CreateTempSubdirectory("contactrouting-test");

    public string Path => folder.FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A program of the folder, for which a PATH that begins with it finds no other of that name.</summary>
    public void AddProgram(string name, string script)
    {
        System.IO.File.WriteAllText(File(name), script);
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (!OperatingSystem.IsWindows()) System.IO.File.SetUnixFileMode(File(name), Owner);
    }

    /// <summary>PATH with the folder in front.</summary>
    public KeyValuePair<string, string?> ProgramPath => new("PATH", $"{Path}:{Environment.GetEnvironmentVariable("PATH")}");

    public void Dispose() => folder.Delete(recursive: true);
}
