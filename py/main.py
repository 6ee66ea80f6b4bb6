"""The page's composition root: wires the browser's adapters to the core."""
from semblance.browser import ffi
from semblance.browser.onnx import InferenceSession
from semblance.browser.tokenizer import Tokenizer
from semblance.browser.indexeddb import IndexedDBStore
import time, numpy as np
t=time.time()
folder=ffi.bridge.asset("models/all-MiniLM-L6-v2/")
s=await InferenceSession.create(folder+"onnx/model_quantized.onnx", on_progress=lambda a,b: None)
print(s.get_inputs(), s.get_outputs(), s.threads, time.time()-t)
tok=await Tokenizer.create(folder)
ids=await tok.encode_batch(["hello world","I took my dog for a walk é 漢字"])
print(ids)
t=time.time()
x=ids[1][None].astype(np.int64)
(v,)=await s.run(None,{"input_ids":x,"attention_mask":np.ones_like(x)})
print(v.shape,v.dtype,v[0,:5],time.time()-t)
x=np.tile(np.arange(1000,1256,dtype=np.int64),(16,1))
for i in range(2):
    t=time.time()
    (v,)=await s.run(None,{"input_ids":x,"attention_mask":np.ones_like(x)})
    print(16/(time.time()-t),'docs/s')
st=await IndexedDBStore.open("probe")
print(await st.collections(), await st.usage())
try:
    await InferenceSession.create("nope.onnx")
except Exception as e: print(repr(e), e)
ffi.window.pyReady = time.time()
