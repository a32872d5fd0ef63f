using System.Runtime.CompilerServices;

namespace ContactRouting.Tests.Deployment;

internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    public static string File(params string[] path) => Path.Combine([Root, .. path]);

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
