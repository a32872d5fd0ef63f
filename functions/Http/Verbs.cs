using Microsoft.AspNetCore.Http;

namespace ContactRouting.Http;

/// <summary>What a resource does for each method. HEAD is answered like GET, unless GET writes.</summary>
internal sealed class Verbs<TCaller>
{
    public Func<TCaller, Task<Reply>>? Get { get; init; }

    public Func<TCaller, Task<Reply>>? Post { get; init; }

    public Func<TCaller, Task<Reply>>? Put { get; init; }

    public Func<TCaller, Task<Reply>>? Patch { get; init; }

    public Func<TCaller, Task<Reply>>? Delete { get; init; }

    public bool GetWrites { get; init; }

    /// <summary>Others than the account's administrator may ask for changes too; the handler decides which.</summary>
    public bool OpenToUsers { get; init; }

    /// <summary>The same verbs, each after a check of the caller.</summary>
    /// <param name="check">Throws where the caller may not use the resource.</param>
    public Verbs<TCaller> Before(Action<TCaller> check)
    {
        return new() { Get = After(Get), Post = After(Post), Put = After(Put), Patch = After(Patch), Delete = After(Delete), GetWrites = GetWrites, OpenToUsers = OpenToUsers };

        Func<TCaller, Task<Reply>>? After(Func<TCaller, Task<Reply>>? handler) => handler is null ? null : caller =>
        {
            check(caller);
            return handler(caller);
        };
    }

    private IEnumerable<(string Method, Func<TCaller, Task<Reply>>? Handler)> All =>
    [
        (HttpMethods.Get, Get), (HttpMethods.Head, GetWrites ? null : Get), (HttpMethods.Post, Post), (HttpMethods.Put, Put),
        (HttpMethods.Patch, Patch), (HttpMethods.Delete, Delete),
    ];

    /// <exception cref="DomainException">The method is not one of the resource's.</exception>
    public Func<TCaller, Task<Reply>> Find(string method) =>
        All.FirstOrDefault(verb => verb.Method == method).Handler
        ?? throw new DomainException(ErrorKind.MethodNotAllowed, $"{method} is not supported here.")
        {
            Allow = string.Join(", ", All.Where(verb => verb.Handler is not null).Select(verb => verb.Method)),
        };
}
