using System.Security.Cryptography;
using System.Text;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.Pages;

/// <summary>
/// The pages and their files, as they stand in the folder <c>site</c>. The files' URLs have the hash of all of them: they may be
/// kept for ever, and a page never mixes those of two versions.
/// </summary>
internal static class Site
{
    private const string Folder = "site/";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly Dictionary<string, string> ContentTypes = new(StringComparer.Ordinal)
    {
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".LICENSE"] = "text/plain; charset=utf-8",
    };

    private static readonly string[] Names =
    [
        .. typeof(Site).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    private static readonly string Version = HashOf(Names);

    private static readonly Dictionary<string, EmbeddedFile> Files = Names
        .Where(name => ContentTypes.ContainsKey(Path.GetExtension(name)))
        .ToDictionary(name => name[Folder.Length..], name => new EmbeddedFile(name, ContentTypes[Path.GetExtension(name)]));

    private static readonly (EmbeddedFile Home, EmbeddedFile Wallboard, EmbeddedFile Console) Pages =
        (Page("home"), Page("wallboard"), Page("console"));

    public static Task<Reply> Home(HttpRequest request) => Show(request, Pages.Home);

    public static Task<Reply> Wallboard(HttpRequest request) => Show(request, Pages.Wallboard);

    public static Task<Reply> Console(HttpRequest request) => Show(request, Pages.Console);

    /// <param name="version">As the page has it; a page of another version of the app gets what there is, and keeps it for no time.</param>
    /// <exception cref="DomainException">There is no such file.</exception>
    public static Task<Reply> File(HttpRequest request, string version, string name) =>
        Files.TryGetValue(name, out var file)
            ? Task.FromResult(file.Answer(request, version == Version ? "public, max-age=31536000, immutable" : "no-cache"))
            : throw DomainException.NotFound(name);

    private static Task<Reply> Show(HttpRequest request, EmbeddedFile page) =>
        Task.FromResult(
            page.Answer(request, "no-cache").With("Content-Security-Policy", Policy).With("Referrer-Policy", "no-referrer")
        );

    private static EmbeddedFile Page(string name) =>
        new(
            $"{Folder}{name}.html",
            "text/html; charset=utf-8",
            bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("{version}", Version, StringComparison.Ordinal))
        );

    private static string HashOf(IEnumerable<string> names)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in names) hash.AppendData(EmbeddedFile.Bytes(name));
        return Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, 8));
    }
}
