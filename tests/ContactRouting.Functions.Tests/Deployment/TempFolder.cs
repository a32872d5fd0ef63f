namespace ContactRouting.Tests.Deployment;

/// <summary>A folder that goes with the test, however it ends.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo folder = System.IO.Directory.CreateTempSubdirectory("contactrouting-test");

    public string Path => folder.FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => folder.Delete(recursive: true);
}
