"""All of the kit that lies inside the sandbox: whatever is in this folder is there, and nothing else is.

It may import the standard library, numpy, msgpack and, where an assignment uses torch, torch and safetensors; what runs
before root is given up, the standard library alone. It must never hold what a student may not read. In there the
package is `inside`, so its modules import each other relatively. This file stays without imports: it is read first.
"""
