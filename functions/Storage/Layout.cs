using Azure.Core;
using Azure.Core.Pipeline;

namespace ContactRouting.Storage;

/// <summary>The storage holds data of a layout that this version does not read; nothing was changed.</summary>
internal sealed class LayoutException(int? stored)
    : Exception(
        $"The storage holds data of layout {(stored is null ? "0" : $"{stored}")}; this version reads layout {Layout.Current} only. "
            + "CHANGELOG.md tells which versions need an emptied storage."
    );

/// <summary>
/// How rows are laid out over the tables, by one number in a row. It is checked once in a process, before its first call
/// to the storage; a storage without accounts takes the present number.
/// </summary>
internal static class Layout
{
    /// <summary>Raised with each change that older data cannot be read after.</summary>
    public const int Current = 5;

    private const string Key = "layout";

    /// <summary>One read; in a storage without the row one more, and one write.</summary>
    /// <exception cref="LayoutException">The data are of another layout.</exception>
    public static async Task CheckAsync(Table claims, CancellationToken cancellationToken)
    {
        var stored = (await claims.FindAsync<Stored>(Key, Key, cancellationToken))?.Value.Number;
        if (stored == Current) return;
        if (stored is not null || await claims.CountAsync(ClaimKey.AccountsPartition, KeyRange.All, 1, cancellationToken) > 0)
            throw new LayoutException(stored);
        await claims.TryInsertAsync(Key, Key, new Stored { Number = Current }, cancellationToken);
    }

    private sealed record Stored
    {
        public int Number { get; init; }
    }
}

/// <summary>Lets no call through before the layout was found right; after a failure the next call checks again.</summary>
internal sealed class LayoutPolicy(Func<Task> check) : HttpPipelinePolicy
{
    private Task? checking;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("All calls are asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (checking is null or { IsFaulted: true } or { IsCanceled: true }) checking = check();
        await checking;
        await ProcessNextAsync(message, pipeline);
    }
}
