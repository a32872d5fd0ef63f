using ContactRouting.Errors;
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

    /// <summary>A POST that changes nothing, and so is never remembered by its key.</summary>
    public bool PostReads { get; init; }

    /// <summary>Others than the account's administrator may ask for changes too; the handler decides which.</summary>
    public bool OpenToUsers { get; init; }

    /// <summary>The same verbs, each within something else.</summary>
    /// <param name="wrap">Gets the caller and what the verb does.</param>
    public Verbs<TCaller> Within(Func<TCaller, Func<Task<Reply>>, Task<Reply>> wrap)
    {
        return new()
        {
            Get = Wrapped(Get),
            Post = Wrapped(Post),
            Put = Wrapped(Put),
            Patch = Wrapped(Patch),
            Delete = Wrapped(Delete),
            GetWrites = GetWrites,
            PostReads = PostReads,
            OpenToUsers = OpenToUsers,
        };

        Func<TCaller, Task<Reply>>? Wrapped(Func<TCaller, Task<Reply>>? handler) =>
            handler is null ? null : caller => wrap(caller, () => handler(caller));
    }

    /// <summary>The same verbs, which say of a record's fault by which field it came in.</summary>
    /// <param name="fields">By the properties of the record that they edit.</param>
    public Verbs<TCaller> Naming(IReadOnlyDictionary<string, string> fields) => Within(async (_, run) =>
    {
        try
        {
            return await run();
        }
        catch (DomainException error) when (error.Fault is { } fault && fields.TryGetValue(fault.Property, out var field))
        {
            throw DomainException.Of(fault, field);
        }
    });

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
